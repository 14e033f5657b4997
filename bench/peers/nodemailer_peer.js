// nodemailer with its pool sends the mails of a folder: node nodemailer_peer.js FOLDER PORT
const fs = require("fs");
const path = require("path");
const nodemailer = require(path.join(process.env.MODULES, "nodemailer"));

const [folder, port] = process.argv.slice(2);
const letters = JSON.parse(fs.readFileSync(path.join(folder, "letters.json"), "utf8"));
const readers = JSON.parse(fs.readFileSync(path.join(folder, "readers.json"), "utf8"));
const fill = (words, reader) => words.replaceAll("%NAME%", reader.name).replaceAll("%TOKEN%", reader.token);

const transport = nodemailer.createTransport({
  host: "127.0.0.1",
  port: Number(port),
  pool: true,
  maxConnections: 5,
  maxMessages: Infinity,
  ignoreTLS: true,
});

function mail(reader) {
  const letter = letters[reader.language];
  return {
    from: { name: "Biuro projektu", address: "office@example.org" },
    to: { name: reader.name, address: reader.address },
    subject: letter.subject,
    text: fill(letter.text, reader),
    html: fill(letter.html, reader),
    headers: {
      "List-Unsubscribe": `<https://lists.example.org/u/${reader.token}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  };
}

async function main() {
  const began = process.hrtime.bigint();
  let next = 0;
  const worker = async () => {
    while (next < readers.length) await transport.sendMail(mail(readers[next++]));
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  transport.close();
  console.log(JSON.stringify({ mails: readers.length, seconds }));
}

main();
