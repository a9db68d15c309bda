// The receiver alone: `/read/{provider}` reads the body as the shipped route does and answers, which is the smallest thing that a
// receiver can do; `/verify/{provider}` also proves it genuine, and `/understand/{provider}` also reads its events. Each step by the
// shipped code, so that the difference of two of them is what one step costs.
import { readBody } from '../../src/http/middleware/body.ts';
import { Delivery, providers, readEvents, verifyDelivery } from '../../src/webhooks/index.ts';

interface Env {
  /** The providers' secrets, JSON. */
  readonly BENCH_SECRETS: string;
}

const bodyBytesMax = 2_097_152;

let secrets: Readonly<Record<string, string>> | undefined;

export default {
  async fetch(request, { BENCH_SECRETS }) {
    secrets ??= JSON.parse(BENCH_SECRETS) as Record<string, string>;
    const { method, url, headers } = request;
    const [, step, id = ''] = new URL(url).pathname.split('/');
    const provider = providers[id];
    const secret = secrets[id];
    const body = await readBody(request, bodyBytesMax);
    if (!body.ok || provider === undefined || secret === undefined)
      return new Response(null, { status: 400 });
    if (step === 'read') return new Response(null, { status: 204 });
    const now = new Date();
    const delivery = new Delivery({ method, url, headers, body: body.value });
    const { outcome } = await verifyDelivery(provider, delivery, [secret], now);
    if (outcome !== 'verified') return new Response(outcome, { status: 401 });
    if (step === 'verify') return new Response(null, { status: 204 });
    const events = await readEvents(provider, delivery, { source: id, now });
    return new Response(null, { status: events.ok && events.value.length > 0 ? 204 : 422 });
  },
} satisfies ExportedHandler<Env>;
