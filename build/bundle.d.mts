export function bundlePages(dist: string): Promise<void>;
