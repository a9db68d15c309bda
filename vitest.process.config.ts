// The tests that need Node: real processes (workerd is started, killed and started again, and a CRM listens beside it), and the simulation.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/process/**/*.test.ts', 'test/simulation/**/*.test.ts'],
    globalSetup: ['test/process/bundle-setup.ts'],
    pool: 'forks',
    // One file at a time: each has processes of its own, and two cores are all there may be.
    fileParallelism: false,
    // Ends a test that hangs, and no other: what a test waits for has bounds of its own, which say what has not come.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
