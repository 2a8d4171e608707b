import {h} from "../dom.js";

export const actionButton = (text: string, onclick: () => void) =>
  h("button", {type: "button", class: "action", onclick}, text);

type Answer = [label: string, act: () => void];

/** A question above the cells, with its answers as buttons: any of them ends it. */
export interface CellBanner {
  readonly element: HTMLElement;
  ask(text: string, ...answers: Answer[]): void;
}

export function cellBanner(): CellBanner {
  const element = h("div", {class: "cell-banner", role: "status", hidden: true});
  return {
    element,
    ask(text, ...answers) {
      const buttons = answers.map(([label, act]) =>
        actionButton(label, () => {
          element.hidden = true;
          act();
        })
      );
      element.replaceChildren(h("span", {}, text), ...buttons);
      element.hidden = false;
    }
  };
}

export interface LinkAnswers {
  run(): void;
  /** Makes the link's cells the reader's, below those that he has. */
  keep(): void;
  /** Puts the reader's own in their place. */
  leave(): void;
}

/** Asks what to do with cells that came with a link: someone else may have written them, so that they are not run unasked. */
export function askAboutLink({ask}: CellBanner, own: number, {run, keep, leave}: LinkAnswers): void {
  const kept = own === 1 ? "Your own cell is still kept" : `Your own ${own} cells are still kept`;
  const back: Answer = [own ? "Back to my own" : "Leave them out", leave];
  const start: Answer = [
    "Run these cells",
    () => {
      run();
      if (!own) keep();
      else
        ask(
          `These cells came with the link. ${kept} in this browser.`,
          ["Keep these below my own", keep],
          back
        );
    }
  ];
  ask(
    `These cells came with the link and have not been run: they are code that someone else may have written.${own ? ` ${kept}.` : ""}`,
    start,
    back
  );
}
