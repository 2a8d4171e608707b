declare module "arquero/dist/arquero.min.js" {
  export * from "arquero";
}
