import {h} from "./dom.js";
import {csvBlob} from "./download.js";
import {figure} from "./figure.js";
import {metricColumns, metricRows, metricTable, type MetricRow} from "./metricTable.js";
import type {PriorState} from "./priorState.js";
import {provenanceLabel, type Provenance} from "./provenance.js";
import {setNames, type SetName} from "./runs.js";
import {talkNumbers} from "./talkNumbers.js";

/** A row of T2 in full: the metrics of the shipped samples, of live ones where there are any, and of N(0, I), with floors. */
export async function comparisonFigure({run, live}: PriorState): Promise<HTMLElement> {
  const evaluation = await run.evaluation();
  await run.checkEvaluation();
  const {comparison, precisionRecall, made, seed, sampling} = evaluation;
  const talk = talkNumbers[run.name as SetName];
  const rowsNow = (): MetricRow[] => [
    {
      name: "Diffusion prior",
      comparison: comparison.prior,
      precisionRecall: precisionRecall.prior,
      talk: talk.prior
    },
    ...(live.value?.comparison
      ? [{name: `Diffusion prior, live (${live.value.name})`, comparison: live.value.comparison}]
      : []),
    {
      name: "Standard Gaussian N(0, I)",
      comparison: comparison.gaussian,
      precisionRecall: precisionRecall.gaussian,
      talk: talk.gaussian
    }
  ];
  const holder = h("div", {});
  let shown: MetricRow["comparison"] | undefined;
  live.subscribe((now) => {
    // While a prior is trained its samples come in, with nothing to tell here.
    if (holder.hasChildNodes() && shown === now?.comparison) return;
    shown = now?.comparison;
    const sources: Provenance[] = [
      {
        kind: "shipped",
        detail: `npm run evaluate: ${sampling.n} samples, ${comparison.prior.n} against ${comparison.prior.n} over ${comparison.prior.draws} draws, seed ${seed}, ${made.machine}, ${made.date}`
      },
      {kind: "talk", detail: "last column"}
    ];
    const c = now?.comparison;
    if (now && c)
      sources.push({kind: "live", detail: `${now.name}: ${c.n} against ${c.n} over ${c.draws} draws`});
    holder.replaceChildren(
      metricTable(rowsNow(), comparison.prior, precisionRecall.prior),
      provenanceLabel(...sources)
    );
  });
  return figure([holder], {
    id: "T2-set",
    title: "How far samples are from encodings",
    set: run.name,
    sets: setNames,
    provenance: [],
    files: [{label: "CSV", name: "comparison.csv", make: () => csvBlob(metricColumns, metricRows(rowsNow()))}]
  });
}
