import {mixtureMoments} from "../../diffusion/derivedMixture.js";
import {gaussianMixture, type GaussianMixture} from "../../diffusion/gaussianMixture.js";

/** One Gaussian of a law's mean and variance, the same in all directions: a model that knows nothing else of the data. */
export function gaussianOf(law: GaussianMixture): GaussianMixture {
  const {mean, variance} = mixtureMoments(law);
  return gaussianMixture([{mean, covariance: variance}]);
}
