import {isScalar, LineCounter, parseDocument, visit} from "yaml";
import {InputError} from "./error.js";

/** Aliases that a file may resolve: cryoDRGN's use none, and a few of them can stand for gigabytes. */
const maxAliasCount = 100;
/** Characters at most: a run's settings take a thousand, and the parser's time may grow with the square. */
const maxLength = 2 ** 17;

/**
 * What a YAML file says, as plain values; tags it does not know (Python's) are passed over, and of two equal keys the last
 * counts, as in PyYAML.
 * @param name the file's name, for errors
 * @throws InputError naming the line where the text is no YAML, or if it is too long
 */
export function readYaml(text: string, name: string): unknown {
  if (text.length > maxLength)
    throw new InputError(name, "", `${text.length} characters`, `YAML of at most ${maxLength}`);
  const lineCounter = new LineCounter();
  let fault: Error;
  try {
    const document = parseDocument(text, {
      logLevel: "silent",
      prettyErrors: false, // a picture of the place, for each of what may be thousands of errors
      uniqueKeys: false, // compares each key with each
      lineCounter
    });
    if (!document.errors.length) {
      visit(document, {
        // Lists and maps as keys become texts of texts, which takes the fourth power of their depth.
        Pair(_, {key}) {
          if (key !== null && !isScalar(key)) throw new Error("a key that is no text or number");
        }
      });
      return document.toJS({maxAliasCount});
    }
    [fault] = document.errors;
  } catch (error) {
    fault = error as Error; // nested deeper than the parser goes, or too many aliases
  }
  const at = "pos" in fault ? (fault.pos as [number, number])[0] : undefined;
  const field = at === undefined ? "" : `line ${lineCounter.linePos(at).line}`;
  throw new InputError(name, field, fault.message.split("\n", 1)[0].slice(0, 100), "YAML");
}
