import {h} from "../../dom.js";
import {numberControl, selectControl} from "../../runControl.js";
import {urlState} from "../../urlState.js";
import {FOLLOW} from "../../worker.js";
import {byDensity, byGroup, byLabel, byValue, oneColor, type Colouring} from "./colouring.js";
import {select, type Look} from "./state.js";

/** Labels of a file with more different values than these are shown as values. */
const GROUPS = 60;

/** Groups that `cryodrgn analyze` makes, and the most that make sense here. */
const [K, MOST] = [20, 100];

/** What latents are coloured by, and the legend, whose groups select their rows. */
export function colourControl(look: Look): {element: HTMLElement; legend: HTMLElement; dispose(): void} {
  const {latents, opened, workers, colouring, far} = look;
  const {z, n, d, logvar} = latents;
  const {ctf, labels} = opened;
  let current = new AbortController();
  const settings = {
    k: Math.min(n, urlState.number("k", K, 1, MOST)),
    seed: urlState.number("clusterSeed", 1, 0, 2 ** 31 - 1)
  };
  const status = h("span", {role: "status", class: "look-said"});

  const options: {key: string; name: string; make(signal: AbortSignal): Colouring | Promise<Colouring>}[] = [
    {key: "density", name: "density in the plane", make: () => byDensity(n)},
    {key: "one", name: "one colour", make: () => oneColor(n)},
    {
      key: "clusters",
      name: "clusters (k-means)",
      async make(signal) {
        status.textContent = "Finding clusters …";
        const {k, seed} = settings;
        const found = await workers.run("clusters", {x: z, d, k, seed}, {priority: FOLLOW, signal});
        return byGroup(`k-means, ${k} groups, seed ${seed}`, found.labels, Array.from(found.counts, (_, i) => `cluster ${i}`)); // prettier-ignore
      }
    },
    ...labels.map(({name, values}, i) => ({
      key: `label${i}`,
      name,
      make: () =>
        new Set(values).size <= GROUPS
          ? byLabel(name.replace(/^.*\//, ""), values)
          : byValue(name, Float32Array.from(values), "")
    })),
    ...(ctf
      ? [
          {
            key: "defocus",
            name: "defocus",
            make: () => byValue("defocus", Float32Array.from({length: n}, (_, i) => (ctf.values[9 * i + 2] + ctf.values[9 * i + 3]) / 2e4), "µm") // prettier-ignore
          }
        ]
      : []),
    {key: "far", name: "distance from others", make: () => byValue("distance from others", far.value.length ? far.value : new Float32Array(n), "times the 99% quantile")}, // prettier-ignore
    ...(logvar
      ? [
          {
            key: "width",
            name: "width of the posterior",
            make: () => byValue("width of the posterior", Float32Array.from({length: n}, (_, i) => Math.exp(logvar.subarray(i * d, (i + 1) * d).reduce((a, b) => a + b, 0) / d / 2)), "") // prettier-ignore
          }
        ]
      : []),
    {key: "place", name: "place among the images", make: () => byValue("place among the images", Float32Array.from({length: n}, (_, i) => i), "")} // prettier-ignore
  ];
  const first = urlState.text("color", "density", options.map(({key}) => key)); // prettier-ignore
  let chosen = first;

  async function choose(key: string) {
    chosen = key;
    clusterSettings.hidden = key !== "clusters";
    current.abort();
    const {signal} = (current = new AbortController());
    urlState.set({color: key === "density" ? undefined : key});
    try {
      const made = await options.find((option) => option.key === key)!.make(signal);
      if (signal.aborted) return;
      colouring.set(made);
      status.textContent = "";
    } catch (error) {
      if (!signal.aborted) status.textContent = `Not coloured: ${(error as Error).message}`;
    }
  }
  const again = (part: Partial<typeof settings>) => {
    Object.assign(settings, part);
    urlState.set({k: settings.k === K ? undefined : settings.k, clusterSeed: settings.seed === 1 ? undefined : settings.seed}); // prettier-ignore
    if (chosen === "clusters") void choose("clusters");
  };
  const clusterSettings = h(
    "span",
    {class: "run"},
    numberControl("Groups", {value: settings.k, min: 1, max: Math.min(n, MOST), change: (k) => again({k})}),
    numberControl("Seed", {value: settings.seed, min: 0, max: 2 ** 31 - 1, change: (seed) => again({seed})})
  );
  const picker = selectControl("Colour by", {value: first, options: options.map(({key, name}) => [key, name] as const), change: (key) => void choose(key)}); // prettier-ignore
  const legend = h("div", {class: "look-legend legend"});
  const stop = colouring.subscribe((now) => legend.replaceChildren(...legendOf(look, now)));
  const stopFar = far.subscribe((known) => {
    if (known.length > 0 && chosen === "far") void choose("far");
  });
  void choose(first);
  return {
    element: h("div", {class: "run"}, picker, clusterSettings, status),
    legend,
    dispose() {
      current.abort();
      stop();
      stopFar();
    }
  };
}

function legendOf(look: Look, {kind, name, colors, groups, values}: Colouring): Node[] {
  if (kind === "groups" && groups) {
    const counts = new Int32Array(groups.names.length);
    for (const label of groups.labels) ++counts[label];
    return groups.names.map((group, i) =>
      h(
        "button",
        {
          type: "button",
          class: "look-group",
          title: `Select ${group}; with Shift it is added`,
          onclick: (event: MouseEvent) =>
            select(look, (row) => groups.labels[row] === i, event.shiftKey ? "add" : event.altKey ? "remove" : "replace") // prettier-ignore
        },
        h("span", {class: "swatch", style: `background:${colors[Math.min(i, colors.length - 1)]}`}),
        `${group} (${counts[i].toLocaleString("en")})`
      )
    );
  }
  if (kind === "one") return [];
  const bar = h("span", {
    class: "look-scale",
    style: `background:linear-gradient(90deg,${colors.join(",")})`
  });
  const [low, high] = values ? [values.low, values.high].map((v) => v.toPrecision(3)) : ["few", "many"];
  return [h("span", {}, low), bar, h("span", {}, `${high} ${values?.unit ?? ""} (${name})`)];
}
