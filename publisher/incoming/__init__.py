"""What is done about mails that come to us: bounces are counted, requests to leave are done, people are passed on."""
