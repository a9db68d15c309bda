// travel-saga: a flight, a hotel and a car from three services. Where one can't be had, those before it are given back.
import * as z from 'zod';
import { defineWorkflow, NonRetryableError, type StepContext } from '../src/engine/index.ts';

const bookedSchema = z.object({ name: z.string() });

export interface TravelOptions {
  /** Base URLs of the services, without a slash at their ends. */
  readonly flightUrl: string;
  readonly hotelUrl: string;
  readonly carUrl: string;
}

/** Makes the workflow for three services. Its output: what each calls the booking. */
export function travelSaga({ flightUrl, hotelUrl, carUrl }: TravelOptions) {
  return defineWorkflow(
    { name: 'travel-saga', version: '1', input: z.object({ trip: z.string().regex(/^[a-z0-9-]+$/) }) },
    async ({ data: { trip } }, step) => {
      const book = (what: string, url: string) =>
        step.do(
          `book ${what}`,
          { retries: { limit: 3, delay: '5 seconds' }, timeout: '30 seconds' },
          async (ctx) => {
            const answer = await call(`${url}/${trip}`, 'PUT', ctx);
            return bookedSchema.parse(await answer.json()).name;
          },
          // Undone by the trip, not by the output: a booking that timed out may have been made.
          {
            rollback: async ({ ctx }) => void (await call(`${url}/${trip}`, 'DELETE', ctx)),
            rollbackConfig: { retries: { limit: 20, delay: '10 seconds', maxDelay: '1 hour' } },
          },
        );
      const flight = await book('flight', flightUrl);
      const hotel = await book('hotel', hotelUrl);
      const car = await book('car', carUrl);
      return { flight, hotel, car };
    },
  );
}

/** Sends a request that may be sent twice. What a service refuses is final, what it fails at is tried again. */
async function call(url: string, method: 'PUT' | 'DELETE', ctx: StepContext): Promise<Response> {
  const headers = { 'Idempotency-Key': ctx.idempotencyKey };
  const answer = await fetch(url, { method, headers, signal: ctx.signal });
  if (answer.ok || (method === 'DELETE' && answer.status === 404)) return answer;
  const message = `${new URL(url).host} answered ${answer.status}`;
  throw answer.status < 500 ? new NonRetryableError(message) : new Error(message);
}
