// Libraries without types of their own, as far as they are used here.
declare module "@observablehq/runtime" {
  export interface Variable {
    define(name: string | null, inputs: string[], definition: (...values: never[]) => unknown): Variable;
    delete(): Variable;
  }
  export interface Module {
    variable(observer?: unknown): Variable;
  }
  export class Runtime {
    constructor(builtins: Record<string, () => unknown>);
    module(): Module;
    dispose(): void;
  }
}
declare module "@observablehq/inputs";
declare module "htl";
