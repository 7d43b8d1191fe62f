/** Units of the longest line that is read. */
const MAX_LINE = 64 * 1024 * 1024;

/**
 * Lines of UTF-8 as JSONL and text files end them: by `\n`, a `\r` before it left out, a byte order mark at the
 * beginning too. No other character ends a line: JSON may hold U+2028 as it is. @throws Error where a line is too long
 */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  const whole = (): string => {
    const line = parts.join('');
    parts = [];
    length = 0;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  for await (const bytes of input) {
    const chunk = decoder.decode(bytes, { stream: true });
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      parts.push(chunk.slice(from, end));
      yield whole();
      from = end + 1;
    }
    parts.push(chunk.slice(from));
    length += chunk.length - from;
    if (length > MAX_LINE) throw new Error(`A line is longer than ${MAX_LINE} characters`);
  }
  parts.push(decoder.decode());
  const last = whole();
  if (last !== '') yield last;
}
