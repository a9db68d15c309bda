// now, random, uuid: what would differ on each replay, journaled.
import * as z from 'zod';
import { defineWorkflow } from '../../src/engine/index.ts';

export const raffle = defineWorkflow(
  { name: 'raffle', version: '1', input: z.object({ players: z.array(z.string()).min(1) }) },
  async ({ data: { players } }, step) => {
    const ticket = await step.uuid();
    const drawnAt = await step.now();
    const winner = players[Math.floor((await step.random()) * players.length)];
    await step.sleep('suspense', '1 hour');
    // The same ticket, time and winner as before the sleep: the code above has been called again, its steps have not.
    return { ticket, drawnAt: new Date(drawnAt).toISOString(), winner };
  },
);
