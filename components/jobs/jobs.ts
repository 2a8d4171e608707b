export const jobs = {echo: (x: number) => x + 1};
export type NotebookJobs = typeof jobs;
