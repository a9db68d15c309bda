// The workflows of the examples, with the tests' peer in the place of the services they call, and what authors get wrong.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { alertEscalation } from '../../examples/alert-escalation.ts';
import { approvalBeforeProvisioning } from '../../examples/approval-before-provisioning.ts';
import { cartRecovery } from '../../examples/cart-recovery.ts';
import { welcome } from '../../examples/moved-from-cloudflare.ts';
import { orderLife } from '../../examples/order-life.ts';
import { refund } from '../../examples/step/approval.ts';
import { patientImport } from '../../examples/step/delay-function.ts';
import { invoice } from '../../examples/step/do.ts';
import { reviewRequest, shipping } from '../../examples/step/emit.ts';
import { customerSync } from '../../examples/step/http.ts';
import { creditCheck, largeOrder } from '../../examples/step/invoke.ts';
import { thumbnails } from '../../examples/step/map.ts';
import { dashboard } from '../../examples/step/parallel.ts';
import { reindex } from '../../examples/step/poll.ts';
import { exchangeRate } from '../../examples/step/retries.ts';
import { reservation } from '../../examples/step/rollback.ts';
import { launchDay } from '../../examples/step/sleep-until.ts';
import { trialReminder } from '../../examples/step/sleep.ts';
import { raffle } from '../../examples/step/values.ts';
import { bankTransfer } from '../../examples/step/wait-for-event.ts';
import { travelSaga } from '../../examples/travel-saga.ts';
import type { WorkflowDefinition } from '../../src/engine/index.ts';
import { cloudflareOrder } from '../engine/cloudflare-workflow.ts';
import { misuse } from './misuse-workflow.ts';

const { PEER_URL: peerUrl } = z.object({ PEER_URL: z.string() }).parse(env);

/** A service of the peer that answers the statuses in turn, whatever path follows. */
function answering(name: string, statuses = '200'): string {
  return `${peerUrl}/answer/${name}?status=${statuses}&path=`;
}

/** The same workflow under another name, for a peer that answers otherwise. */
function named(name: string, definition: WorkflowDefinition): WorkflowDefinition {
  return { ...definition, name };
}

export const exampleWorkflows: readonly WorkflowDefinition[] = [
  invoice,
  exchangeRate({ ratesUrl: answering('rates', '503,500,200') }),
  named('exchange-rate-unknown', exchangeRate({ ratesUrl: answering('rates-unknown', '404') })),
  named('exchange-rate-down', exchangeRate({ ratesUrl: answering('rates-down', '503') })),
  patientImport,
  customerSync({ crmUrl: answering('crm', '503,201') }),
  named('customer-sync-known', customerSync({ crmUrl: answering('crm-known', '409') })),
  reindex({ indexUrl: answering('index') }),
  trialReminder,
  launchDay,
  bankTransfer,
  refund({ chatUrl: `${peerUrl}/echo/refund-chat` }),
  creditCheck,
  largeOrder,
  shipping,
  reviewRequest,
  thumbnails,
  raffle,
  reservation({ warehouseUrl: answering('warehouse') }),
  dashboard,
  orderLife({ callbackUrl: answering('order-life') }),
  welcome({ GREETING: 'Hello' }),
  cartRecovery({ mailUrl: answering('cart-mail') }),
  alertEscalation({ pagerUrl: answering('pager') }),
  approvalBeforeProvisioning({ cloudUrl: `${peerUrl}/answer`, chatUrl: `${peerUrl}/echo/platform-chat` }),
  travelSaga({
    flightUrl: answering('flight'),
    hotelUrl: answering('hotel'),
    carUrl: answering('car'),
  }),
  named(
    'travel-saga-no-car',
    travelSaga({
      flightUrl: answering('flight-back'),
      hotelUrl: answering('hotel-back', '200,503,404'),
      carUrl: answering('no-car', '409,404'),
    }),
  ),
  cloudflareOrder,
  misuse,
];
