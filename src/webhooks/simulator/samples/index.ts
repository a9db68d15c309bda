// Samples: the vendors whose events are told as the vendors tell them. All others get a plain sample, made from the recipe.
import type { Samples } from '../sample.ts';
import { discord, hubspot, standardwebhooks, zoom } from './collaboration.ts';
import { github } from './github.ts';
import { mailgun, sendgrid, twilio } from './message.ts';
import { adyen, braintree, paypal, square } from './payment.ts';
import { shopify } from './shopify.ts';
import { slack } from './slack.ts';
import { stripe } from './stripe.ts';

/** By the provider's id. */
export const samples: ReadonlyMap<string, Samples> = new Map(
  Object.entries({
    adyen,
    braintree,
    discord,
    github,
    hubspot,
    mailgun,
    paypal,
    sendgrid,
    shopify,
    slack,
    square,
    standardwebhooks,
    stripe,
    twilio,
    zoom,
  }),
);
