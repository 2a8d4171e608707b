export function buildSite(options?: {verbose?: boolean}): Promise<number>;
export function patch(html: string): string;
export function findFaults(text: string): string[];
