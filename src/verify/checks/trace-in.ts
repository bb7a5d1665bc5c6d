// Stack traces and places in the source text, as common languages write them into answers.

/** What a stack trace, or the place of an error in the source text, looks like in common languages. */
const TRACES = [
  /\bat (?:[\w.<>$[\] ]+ )?\(?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s)]+:\d+:\d+\)?/,
  /Traceback \(most recent call last\)/,
  /\bFile "[^"\n]+\.py", line \d+/,
  /\bat [\w.$/@]+\.[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy):\d+|Native Method|Unknown Source)\)/,
  /\bat .+ in .+\.(?:cs|fs|vb):line \d+/,
  /goroutine \d+ \[[\w ]+\]/,
  /\.(?:rb|php):\d+:in [`']/,
  /Stack trace:\s+#0 /,
  /\bin (?:\/|[A-Za-z]:\\)[^\s:]+(?::\d+| on line \d+)/,
  /#\d+ (?:\/|[A-Za-z]:\\)[^\s(]+\(\d+\):/,
  // A file on the server: with its line, or in a folder that no URL begins with.
  /(?<![\w./:-])(?:[A-Za-z]:)?(?:[/\\][\w.@-]+){2,}\.(?:php|py|rb|go|java|kt|cs|[cm]?[jt]s):\d+/,
  /(?<![\w./:-])\/(?:var|srv|home|usr|opt|root|Users)\/[\w./@-]+\.(?:php|py|rb|go|java|kt|cs|[cm]?[jt]s)\b/,
]

/** The first that a text has; undefined where it has none. */
export function traceIn(text: string): string | undefined {
  return TRACES.map(mark => mark.exec(text)?.[0]).find(found => found !== undefined)
}
