"""When: phrases, local times to instants, working days, holidays, quiet hours and blackouts. Pure."""
