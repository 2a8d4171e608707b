import {InputError} from "./error.js";
import {readPickles} from "./pickleReader.js";
import type {PickleValue} from "./pickleValue.js";
import {quoted} from "./quoted.js";
import {storageOf, torchGlobals} from "./torchTensor.js";
import {isZip, readZip} from "./zip.js";

export {writeTorch} from "./torchWriter.js";

/**
 * Reads a PyTorch checkpoint (`torch.save`, zip format): NAME/data.pkl, a pickle that is read as data, and the storages
 * NAME/data/0, 1, ... of its tensors. Tensors become row-major arrays, float16 and bfloat16 widened to float32, bool
 * uint8; dictionaries become maps, tuples and lists arrays. What runs code in torch is never run here: names that are
 * not on the allow-list (pickleGlobals.ts, torchTensor.ts) are refused.
 * @param name the file's name, for errors
 * @throws InputError if it is no such file, is damaged, or holds anything else than tensors and plain data
 */
export function readTorch(bytes: Uint8Array, name: string): PickleValue {
  if (!isZip(bytes)) refuseOther(bytes, name);
  const members = readZip(bytes, name, "a whole PyTorch checkpoint");
  const pickles = [...members.keys()].filter((member) => /^(.*\/)?data\.pkl$/.test(member));
  if (pickles.length !== 1)
    throw new InputError(
      name,
      "data.pkl",
      pickles.length || "nothing",
      "one, in a zip written by torch.save"
    );
  const [pickle] = pickles;
  const archive = pickle.slice(0, -"data.pkl".length);
  let held = 0;
  for (const member of members.values()) held += member.length;
  const [value, ...others] = readPickles(members.get(pickle)!, `${name}/${quoted(pickle).slice(1, -1)}`, {
    globals: torchGlobals(isLittleEndian(members.get(`${archive}byteorder`), name)),
    persistent: (id, context) => storageOf(id, (key) => members.get(`${archive}data/${key}`), context),
    // Views may overlap, and 16-bit floats grow; an expanded view of a small storage may not become a large array.
    budget: 4 * held + 4096
  });
  if (others.length) throw new InputError(name, "data.pkl", `${others.length + 1} pickles`, "one");
  return value;
}

/** What torch.save wrote before version 1.6, or on request: a magic number as a pickle of its own. */
const legacyMagic = [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9];

function refuseOther(bytes: Uint8Array, name: string): never {
  if (legacyMagic.every((byte, i) => bytes[i] === byte))
    throw new InputError(
      name,
      "",
      "PyTorch's old format, which is no zip",
      'a zip; convert it in Python: torch.save(torch.load(file, map_location="cpu"), file)'
    );
  throw new InputError(name, "", `${bytes.length} bytes that are no zip`, "a PyTorch checkpoint");
}

/** Since 2.1 torch says in which byte order the storages are; before, that of the machine: little endian, in practice. */
function isLittleEndian(member: Uint8Array | undefined, name: string): boolean {
  const order = member ? new TextDecoder().decode(member.subarray(0, 16)) : "little";
  if (order !== "little" && order !== "big")
    throw new InputError(name, "byteorder", quoted(order), '"little" or "big"');
  return order === "little";
}
