/** F2-live: a VAE trained in the page by the code of `npm run train -- vae --preset quick`. */
import type {StateFromLatents} from "../../analysis/stateFromLatents.js";
import {writeNpy} from "../../formats/npy.js";
import type {TrainVaeLiveResult} from "../../jobs/trainVaeLive.js";
import {h, roomFor} from "../dom.js";
import {bytesBlob, csvBlob, svgBlob, type Download} from "../download.js";
import {figure} from "../figure.js";
import {provenanceLabel} from "../provenance.js";
import {store} from "../store.js";
import {trainingControl} from "../trainingControl.js";
import {placeBadge, placeText} from "../trainingPlace.js";
import {sessionOf, type Training} from "../trainingSession.js";
import {curvePlot} from "./curvePlot.js";
import {liveForm} from "./liveForm.js";
import {livePictures} from "./livePictures.js";
import {livePlan, type LiveEvaluation} from "./livePlan.js";
import {liveSettings, problemOf, settingsOfAddress, settingsText, type LiveSettings} from "./liveSettings.js";
import type {CryodrgnState} from "./state.js";

type Now = Training<LiveSettings, LiveEvaluation, TrainVaeLiveResult>;

/** What `npm run figures` trains, in a few seconds. */
const SHORT = {images: 600, epochs: 20};

export async function liveFigure(state: CryodrgnState): Promise<{element: HTMLElement; dispose(): void}> {
  const {motion} = await state.scene();
  let states: Int32Array | undefined;
  const chosen = store(settingsOfAddress());
  const session = sessionOf(
    livePlan(state, (found) => (states = found)),
    chosen
  );
  const {training} = session;
  const form = liveForm(chosen);
  const control = trainingControl(session);
  const badge = placeBadge();
  const trouble = h("p", {class: "note-small", role: "alert"});
  const numbers = h("p", {class: "figure-numbers"});
  const width = roomFor(680);
  const plot = curvePlot({width, height: 300});
  const pictures = livePictures(motion);
  const labels = h("div", {});

  function draw({losses, settings, phase, step, rate, place, points}: Now) {
    const going = losses.length > 0 || phase !== "idle";
    const {epochs} = going || problemOf(chosen.value) ? settings : chosen.value;
    plot.draw(losses, epochs);
    const last = losses.at(-1);
    numbers.textContent = last
      ? `Epoch ${last.epoch} of ${epochs}: error ${last.gen.toFixed(4)}, KL ${last.kld.toFixed(1)} nats; loss of the last steps ${(points.at(-1)?.loss ?? last.loss).toFixed(4)}.` // prettier-ignore
      : points.length > 0
        ? `Loss of the last steps ${points.at(-1)!.loss.toFixed(4)}.`
        : "";
    control.progress(step, settings.steps, phase === "running" ? rate : undefined);
    badge.show(place, rate);
    labels.replaceChildren(
      provenanceLabel({
        kind: "live",
        detail: going
          ? `${settingsText(settings)}${place ? `, ${placeText(place)}` : ""}`
          : "trained in this browser when asked for"
      })
    );
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown: Now | undefined;
  training.subscribe((now) => {
    const changed = (...keys: (keyof Now)[]) => !shown || keys.some((key) => shown![key] !== now[key]);
    if (changed("phase", "saved", "crashed", "settings")) {
      form.lock(now.phase !== "idle");
      buttons();
      draw(now);
    }
    if (changed("evaluation") && now.evaluation) pictures.show(now.evaluation, states);
    if (changed("said", "result"))
      control.say([now.said, foundText(now.result?.found)].filter(Boolean).join(" "));
    if (changed("trouble")) trouble.textContent = now.trouble;
    trouble.hidden = !now.trouble;
    shown = now;
    timer ??= setTimeout(() => {
      timer = undefined;
      draw(training.value);
    }, 300);
  });
  function buttons() {
    const {phase, saved, crashed} = training.value;
    control.show({phase, from: saved?.step, again: crashed, blocked: problemOf(chosen.value) !== undefined});
  }
  chosen.subscribe(() => {
    buttons();
    draw(training.value);
  });

  const trained = <T>(what: T | undefined, missing = "nothing is trained yet"): T => {
    if (what === undefined) throw new Error(missing);
    return what;
  };
  const announced: Download[] = [
    {label: "Curve, SVG", name: "live-vae.svg", make: () => svgBlob(plot.element)},
    {label: "Latents, SVG", name: "live-latents.svg", make: () => trained(pictures.plot()).svg()},
    {
      label: "Map, PNG",
      name: "live-map.png",
      make: () => (trained(training.value.evaluation), pictures.map.png())
    },
    {
      label: "Losses, CSV",
      name: "live-vae.csv",
      make: () =>
        csvBlob(
          ["step", "epoch", "mean squared error", "KL", "loss"],
          training.value.losses.map(({step, epoch, gen, kld, loss}) => [step, epoch, gen, kld, loss])
        )
    },
    {
      label: "Latents, .npy",
      name: "live-latents.npy",
      make() {
        const {mu, zdim} = trained(training.value.evaluation);
        return bytesBlob(writeNpy({shape: [mu.length / zdim, zdim], data: mu}));
      }
    },
    {
      label: "VAE, .safetensors",
      name: "live-vae.safetensors",
      make: () => bytesBlob(trained(training.value.result, "the training is not done").vae)
    }
  ];
  const body = [
    form,
    control.element,
    trouble,
    badge.element,
    plot.element,
    numbers,
    pictures.element,
    labels
  ];
  const element = figure(body, {
    id: "F2-live",
    title: "A VAE trained in the browser",
    caption: `Images of ${state.run.name} are simulated and cropped to 32 pixels, then trained on. The latents are posterior means in their own first two principal components, which turn and grow as it learns; colour is the true state.`,
    provenance: [],
    files: announced,
    async prepare() {
      chosen.set(liveSettings(SHORT.images, SHORT.epochs, 1, chosen.value.threads));
      await session.start({over: true});
    },
    trouble: () => (training.value.evaluation ? "" : "nothing is trained yet")
  });
  return {
    element,
    dispose() {
      session.cancel();
      clearTimeout(timer);
      pictures.dispose();
    }
  };
}

/** How well the state is read off the latents, in a line. */
function foundText(found: StateFromLatents | undefined): string {
  if (!found) return "";
  const parts = [
    found.accuracy !== undefined &&
      `the group is told right for ${(100 * found.accuracy).toFixed(1)}% of the images`,
    found.r2 !== undefined && `the angle with R² = ${found.r2.toFixed(3).replace("-", "−")}`
  ].filter(Boolean);
  return parts.length ? `From the latents, by their nearest neighbours, ${parts.join(", ")}.` : "";
}
