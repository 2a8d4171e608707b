import {bytesOf, dtypeOf} from "../../components/formats/dtype.js";
import type {CsTable} from "../../components/formats/cs.js";
import {npyHeader} from "../../components/formats/npyHeader.js";

/** A structured .npy file of a table, as numpy writes one: little endian, texts of S type, or of U type where one is not ASCII. */
export function csFile({count, columns}: CsTable): Uint8Array {
  const fields = [...columns].map(([name, column]) => {
    const shape = column.shape.slice(1);
    const values =
      "text" in column ? textBytes(column.text) : {type: dtypeOf(column.data), bytes: bytesOf(column)};
    return {name, shape, ...values, width: count ? values.bytes.length / count : 1};
  });
  const descr = fields.map(({name, type, shape}) => {
    const sub = shape.length === 0 ? "" : `, (${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
    return `('${name}', '${type}'${sub})`;
  });
  const rowBytes = fields.reduce((sum, {width}) => sum + width, 0);
  const header = npyHeader(`[${descr.join(", ")}]`, [count]);
  const file = new Uint8Array(header.length + count * rowBytes);
  file.set(header);
  for (let row = 0, at = header.length; row < count; ++row)
    for (const {bytes, width} of fields) {
      file.set(bytes.subarray(row * width, (row + 1) * width), at);
      at += width;
    }
  return file;
}

function textBytes(texts: readonly string[]): {type: string; bytes: Uint8Array} {
  const ascii = texts.every((text) => !/[^ -~]/.test(text));
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const length = Math.max(1, ...points.map((codes) => codes.length));
  const size = ascii ? 1 : 4;
  const bytes = new Uint8Array(texts.length * length * size);
  const view = new DataView(bytes.buffer);
  for (const [i, codes] of points.entries())
    for (const [k, code] of codes.entries()) {
      if (ascii) view.setUint8(i * length + k, code);
      else view.setUint32(4 * (i * length + k), code, true);
    }
  return {type: `${ascii ? "|S" : "<U"}${length}`, bytes};
}
