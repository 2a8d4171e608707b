import {labValues} from "./labPage.js";
import {openLab, type LabOptions} from "./lab.js";
import {pageState} from "./pageState.js";

/** What the cells of a page see by name, in the state that a link to it describes: for a page of the reader's own. */
export async function labOfLink(options: LabOptions, query: string): Promise<Record<string, unknown>> {
  const lab = openLab(pageState(query), options);
  return Object.fromEntries(Object.entries(labValues(lab)).map(([name, {value}]) => [name, value]));
}
