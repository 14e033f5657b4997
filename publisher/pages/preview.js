// Pictures of mails are in the page once, as variables of the style sheet. A mail gets them when it is looked at.
"use strict";

document.documentElement.classList.add("scripted");
const styles = getComputedStyle(document.documentElement);
const address = (name) => styles.getPropertyValue(`--${name}`).trim().slice(5, -2);
const plain = new WeakMap();

const draw = (mail) => {
  const frame = mail.querySelector("iframe");
  const view = mail.querySelector("input:checked").value;
  if (!plain.has(frame)) plain.set(frame, frame.srcdoc);
  let html = plain.get(frame);
  if (view !== "off") html = html.replace(/data-picture="(p\d+)"/g, (_, name) => `src="${address(name)}"`);
  if (view === "dark" && !("dark" in frame.dataset)) html += "<style>img { filter: invert(1) hue-rotate(180deg); }</style>";
  if (html !== frame.srcdoc) frame.srcdoc = html;
};

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
}, { rootMargin: "400px" });

for (const mail of document.querySelectorAll(".mail")) {
  mail.addEventListener("change", () => draw(mail));
  seen.observe(mail);
}
