// Starts the peer before the tests and tells them its URL.
import type { TestProject } from 'vitest/node';
import { startPeer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    peerUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const { url, server } = await startPeer();
  project.provide('peerUrl', url);
  return () => {
    server.closeAllConnections();
    server.close();
  };
}
