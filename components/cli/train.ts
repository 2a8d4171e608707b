import {command} from "./command.js";
import {trainPriorCommand} from "./trainPriorCommand.js";
import {trainVaeCommand} from "./trainVaeCommand.js";

const kinds = {vae: trainVaeCommand, prior: trainPriorCommand};
const help = `npm run train -- vae --data DIR --out RUN [options]
npm run train -- prior --z FILE --out FILE [options]

Trains a VAE on images, or a diffusion prior on a VAE's latents. Add --help to either for its options.`;

const [kind, ...rest] = process.argv.slice(2);
if (kind === "vae" || kind === "prior") await command(kinds[kind], rest);
else if (kind === "--help" || kind === "-h") console.log(help);
else {
  console.error(`found ${kind ?? "nothing"} to train; expected vae or prior\n${help}`);
  process.exitCode = 1;
}
