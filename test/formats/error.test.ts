import {expect, it} from "vitest";
import {InputError} from "../../components/formats/error.js";

it("bad input is named in one line: file, field, what was found and what was expected", () => {
  expect(new InputError("a.star", "line 3", 7, "text").message).toBe(
    "a.star: line 3: found 7; expected text"
  );
  expect(new InputError("a.star", "", "nothing", "a table").message).toBe(
    "a.star: found nothing; expected a table"
  );
  expect(new InputError("a", "b", [1, 2], "c").message).toBe("a: b: found [1,2]; expected c");
});

it("text out of a file can't break the line, command a terminal, or go on for long", () => {
  const {message} = new InputError("a", "", "x\r\ny\u001b[31m\u2028θ", "b");
  expect(message).toBe("a: found x\\u000d\\u000ay\\u001b[31m\\u2028θ; expected b");
  expect(new InputError("a", "", "x".repeat(1e6), "b").message.length).toBeLessThan(400);
});
