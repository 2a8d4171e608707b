import {existsSync, readdirSync, readFileSync} from "node:fs";
import {describe, expect, it} from "vitest";
import {fixtures, hasFixtures} from "./golden.js";

/**
 * Which test holds itself against which golden file, and by what its source reads the file: the name, or the entry of
 * the JSON file that gives the name. In (e), `e_project3d_torch113` shows a known fault of a retired script, and is not to
 * be matched (the fixtures' README).
 */
const matched: {files: RegExp; test: string; by: string}[] = [
  {files: /^a_ctf\.json$/, test: "cryoem/ctf", by: "a_ctf.json"},
  {files: /^ctf_[012]_3[23]_f64\.npy$/, test: "cryoem/ctf", by: "`ctf_${index}_${size}_f64.npy`"},
  {files: /^ctf_[012]_33_f32\.npy$/, test: "cryoem/ctf", by: "`ctf_${index}_33_f32.npy`"},
  ...named("cryoem/hartley", [
    "b_fft_im_f64.npy", "b_fft_re_f64.npy", "b_ht_f32.npy", "b_ht_f64.npy", "b_htn8_f64.npy", "b_htsym_f32.npy",
    "b_img_f64.npy", "b_vol8_f64.npy", "b_window32_f32.npy", "c_coords33_f32.npy", "c_lattice.json", "c_mask16_u8.npy",
    "c_slice_R1_f32.npy", "c_slice_R2_f32.npy", "b_hartley.json", "d_translate.json", "d_translated_f32.npy",
    "d_translated_real_f64.npy"
  ]), // prettier-ignore
  ...named("cryoem/mapProjector", [
    "e_analytic_f64.npy", "e_project3d_aligned_f32.npy", "e_projection.json", "e_slice_iht_f64.npy", "e_vol32.mrc"
  ]), // prettier-ignore
  {files: /^f_decoder\.json$/, test: "vae/decoder", by: "f_decoder.json"},
  {files: /^f_coords_f32\.npy$/, test: "vae/decoder", by: "f_coords_f32.npy"},
  ...(
    [
      [".json", "golden.json(c.weights_json)"],
      [".npz", "golden.npz(c.weights_npz)"],
      ["_gW0.npy", "c.grad_W0.file"],
      ["_gradw.npy", "c.grad_w.file"],
      ["_out.npy", "c.out.file"],
      ["_pe3.npy", "c.pe_first3.file"],
      ["_vol.npy", "c.vol16_z0_norm01.file"]
    ] as const
  ).map(([end, by]) => ({
    files: new RegExp(
      `^f_(FT)?PositionalDecoder_(gaussian|geom_lowf|geom_ft|linear_lowf)${end.replace(".", "\\.")}$`
    ),
    test: "vae/decoder",
    by
  })),
  ...named("vae/step", ["g_vae.json", "g_adam_eps.npy", "g_vae_grads.npz"]),
  {files: /^g_vae_weights\.npz$/, test: "vae/step", by: "golden.npz(info.weights)"},
  {files: /^g_vae_after3adam\.npz$/, test: "vae/step", by: "golden.npz(info.adam.after)"},
  {files: /^g_y_f32\.npy$/, test: "vae/step", by: "golden.npy(info.y.file)"},
  {files: /^g_yrecon_f32\.npy$/, test: "vae/step", by: "golden.npy(info.y_recon.file)"},
  {files: /^g_ytrans_f32\.npy$/, test: "vae/step", by: "golden.npy(info.full.y_trans.file)"},
  {files: /^g_full_yrecon_f32\.npy$/, test: "vae/step", by: "golden.npy(info.full.y_recon.file)"}
];

const notToBeMatched = ["README.md", "e_project3d_torch113_f32.npy"];

function named(test: string, files: string[]) {
  return files.map((file) => ({
    files: new RegExp(`^${file.replaceAll(".", "\\.")}$`),
    test,
    by: file
  }));
}

describe.skipIf(!hasFixtures("cryodrgn-golden"))("every golden file of cryoDRGN", () => {
  const files = readdirSync(new URL("cryodrgn-golden", fixtures)).filter((f) => !notToBeMatched.includes(f));

  it.each(files)("%s is matched by a test", (file) => {
    const entry = matched.find((m) => m.files.test(file));
    expect(entry, "no test is named for it").toBeDefined();
    const source = new URL(`${entry!.test}.test.ts`, import.meta.url);
    expect(existsSync(source)).toBe(true);
    expect(readFileSync(source, "utf8")).toContain(entry!.by);
  });

  it("is there: no test is named for a file that is not", () => {
    for (const {files: pattern} of matched)
      expect(
        files.some((f) => pattern.test(f)),
        String(pattern)
      ).toBe(true);
  });
});

describe.skipIf(!hasFixtures("cryodrgn-run"))("the run of cryoDRGN", () => {
  // The log and true_t.npy are no outputs of a computation that is repeated here.
  it.each([
    ["out/weights.2.pkl", "formats/torch"],
    ["out/config.yaml", "vae/cryodrgnRun"],
    ["out/z.2.pkl", "cli/cryodrgn"],
    ["vol_z0.mrc", "vae/cryodrgnRun"],
    ["vol_mu0.mrc", "vae/cryodrgnRun"],
    ["processed_first2_f32.npy", "cryoem/hartley"],
    ["expected.json", "formats/torch"],
    ["real/het_weights.pkl", "vae/cryodrgnRun"]
  ])("%s is matched by a test", (file, test) => {
    expect(readFileSync(new URL(`${test}.test.ts`, import.meta.url), "utf8")).toContain(file);
  });
});
