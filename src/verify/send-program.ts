// A program that is printed, not run: the part of a script that breaks connections as curl cannot.

/** A shell function that sends what it reads from stdin in one of the ways that curl cannot, and prints the response. */
export const SENDER = `send() { node -e '
const [url, way, ...lines] = process.argv.slice(1)
const { chunked, slowBodyMs, pauseBodyMs, packetBytes, missingBytes = 0, expectContinue, idleMs, keptMs, again, cut } = JSON.parse(way)
const { hostname, port, protocol } = new URL(url)
const whole = require("fs").readFileSync(0)
lines.push(chunked ? "transfer-encoding: chunked" : "content-length: " + whole.length, keptMs ? "connection: keep-alive" : "connection: close")
if (expectContinue) lines.push("expect: 100-continue")
const body = whole.subarray(0, Math.max(0, whole.length - missingBytes))
const size = Math.ceil(body.length / (slowBodyMs ? 20 : 2)) || 1
const framed = part => Buffer.concat([Buffer.from(part.length.toString(16) + "\\r\\n"), part, Buffer.from("\\r\\n")])
const parts = []
for (let at = 0; at < body.length; at += size) parts.push(body.subarray(at, at + size))
if (chunked) parts.splice(0, parts.length, ...parts.map(framed))
if (chunked && !missingBytes) parts.push(Buffer.from("0\\r\\n\\r\\n"))
const head = Buffer.from(lines.join("\\r\\n") + "\\r\\n\\r\\n", "latin1")
const wait = ms => new Promise(done => setTimeout(done, ms))
const file = name => process.env[name] && require("fs").readFileSync(process.env[name])
const host = hostname.replace(/[[\\]]/g, "")
const isSecure = protocol === "https:"
const trust = { ca: file("CA"), cert: file("CERT"), key: file("KEY"), pfx: file("PFX"), rejectUnauthorized: !process.env.INSECURE }
const socket = require(isSecure ? "tls" : "net").connect({ host, port: port || (isSecure ? 443 : 80), ...trust })
const reset = () => socket.resetAndDestroy()
const write = async bytes => {
  const step = packetBytes || bytes.length
  for (let at = 0; at < bytes.length; at += step) {
    await new Promise(done => socket.write(bytes.subarray(at, at + step), done))
    if (packetBytes) await wait(1)
  }
}
socket.setNoDelay(true)
socket.on("error", error => console.error(error.message))
socket.on("end", () => keptMs && console.error("The receiver closed the connection."))
let answered = false
socket.on("data", () => { answered = !expectContinue })
socket.on("data", bytes => cut ? cut === "answer" && reset() : process.stdout.write(bytes))
socket.once(isSecure ? "secureConnect" : "connect", async () => {
  if (idleMs) await wait(idleMs)
  if (cut === "before") return reset()
  await write(head)
  if (expectContinue) await Promise.race([wait(1000), new Promise(done => socket.once("data", done))])
  if (chunked) await wait(50)
  const half = Math.ceil(parts.length / 2)
  for (const [i, part] of (cut === "during" ? parts.slice(0, half) : parts).entries()) {
    if (answered) break
    if (pauseBodyMs && i === half) await wait(pauseBodyMs)
    if (slowBodyMs) await wait(slowBodyMs / parts.length)
    await write(part)
  }
  if (cut === "during" || cut === "after") setTimeout(reset, 25)
  else if (missingBytes) socket.end()
  else if (keptMs) {
    await wait(1000 + keptMs)
    if (again) await write(Buffer.concat([head, ...parts]))
    await wait(1000)
    socket.end()
  }
})
' "$@"; }`

/** The parts of a wire that it knows. */
export const SENDS: ReadonlySet<string> = new Set([
  'chunked',
  'slowBodyMs',
  'pauseBodyMs',
  'packetBytes',
  'missingBytes',
  'expectContinue',
  'idleMs',
  'keptMs',
  'again',
  'cut',
])
