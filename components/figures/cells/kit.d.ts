// What build/cells.mjs bundles.
import type {Module, Variable} from "@observablehq/runtime";

/** A node of acorn's syntax tree. */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
}
export interface ParsedCell {
  body: SyntaxNode;
  expression: boolean;
  async: boolean;
}
/** Throws SyntaxError, with `(line:column)` at the end of its message. */
export function parseJavaScript(source: string): ParsedCell;

export interface TranspiledCell {
  /** Source of a function of the inputs that returns the outputs. */
  body: string;
  inputs: string[];
  outputs: string[];
  autodisplay: boolean;
}
export function transpileJavaScript(source: string): TranspiledCell;

export interface CellState {
  root: HTMLElement;
  expanded: unknown[];
  variables: Variable[];
  autoclear?: boolean;
}
export interface Observer {
  _node?: Element;
  pending?(): void;
  fulfilled?(value: unknown): void;
  rejected?(error: unknown): void;
}
export interface CellDefinition {
  id: number;
  body: (...values: unknown[]) => unknown;
  inputs: string[];
  outputs: string[];
  autodisplay: boolean;
}
export function define(
  main: Module,
  state: CellState,
  definition: CellDefinition,
  observer: (state: CellState) => Observer
): void;
export function display(state: CellState, value: unknown): void;
export function clear(state: CellState): void;

export const Generators: {
  observe<T>(initialize: (change: (value: T) => T) => (() => void) | undefined): AsyncIterator<T>;
  input(element: Element): AsyncIterator<unknown>;
  now(): AsyncIterator<number>;
  dark(): AsyncIterator<boolean>;
  width(element: Element): AsyncIterator<number>;
};
export function Mutable<T>(value: T): AsyncIterator<T> & {value: T};
