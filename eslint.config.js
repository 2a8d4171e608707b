import js from "@eslint/js";
import {createNodeResolver, importX} from "eslint-plugin-import-x";
import globals from "globals";
import tseslint from "typescript-eslint";

// The floors of the library, top to bottom: a file imports from its own floor or from below.
const floors = [
  "cli",
  "figures",
  "jobs",
  "analysis",
  "samplers",
  "diffusion",
  "vae",
  "cryoem",
  "compute",
  "formats"
].map((name) => `components/${name}`);

const zones = floors.slice(1).map((target, i) => ({
  target: `./${target}`,
  from: floors.slice(0, i + 1).map((above) => `./${above}`),
  message: "A floor of the library knows only itself and what is below it."
}));
const outside = ["src", "test", "bench", "build", "data"].map((name) => `./${name}`);

const dom = [
  "document",
  "window",
  "HTMLElement",
  "Element",
  "Node",
  "location",
  "history",
  "localStorage",
  "alert"
];
const tfjs = {group: ["@tensorflow/*"], message: "Only compute/ knows tfjs."};
const node = {
  group: ["node:*"],
  message: "Only cli/ knows Node: the rest of the library runs in the browser too."
};

export default tseslint.config(
  {
    ignores: [
      "dist",
      "runs",
      "src",
      "components/compute/kernel/assembly",
      "components/compute/kernel/binary.ts",
      "components/compute/tfjs/bundle.js",
      "components/figures/cells/kit.js"
    ]
  },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strict, tseslint.configs.stylistic],
    languageOptions: {parserOptions: {projectService: true}},
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", {considerDefaultExhaustiveForUnions: true}],
      "@typescript-eslint/no-unused-vars": ["error", {argsIgnorePattern: "^_", varsIgnorePattern: "^_"}],
      // Numeric code indexes typed arrays and maps whose bounds it has just checked.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-empty-function": "off"
    }
  },
  {
    files: ["components/**/*.ts"],
    plugins: {"import-x": importX},
    settings: {
      ...importX.flatConfigs.typescript.settings,
      "import-x/resolver-next": [createNodeResolver({extensionAlias: {".js": [".ts", ".js"]}})]
    },
    rules: {
      "import-x/no-restricted-paths": [
        "error",
        {zones: [...zones, {target: "./components", from: outside, message: "The library stands by itself."}]}
      ],
      "import-x/no-cycle": "error"
    }
  },
  {
    files: ["components/**/*.ts"],
    ignores: ["components/cli/**", "components/compute/**"],
    rules: {"@typescript-eslint/no-restricted-imports": ["error", {patterns: [tfjs, node]}]}
  },
  {
    files: ["components/compute/**/*.ts"],
    rules: {"@typescript-eslint/no-restricted-imports": ["error", {patterns: [node]}]}
  },
  {
    files: ["components/cli/**/*.ts"],
    rules: {"@typescript-eslint/no-restricted-imports": ["error", {patterns: [tfjs]}]}
  },
  {
    files: ["components/**/*.ts"],
    ignores: ["components/figures/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...dom.map((name) => ({name, message: "Only figures/ knows the DOM."}))
      ]
    }
  },
  {files: ["**/*.{js,mjs}"], languageOptions: {globals: globals.node}}
);
