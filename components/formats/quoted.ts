/** Text out of a file as it may stand in a one-line message: in quotes, control characters escaped, cut at 60. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
