import { z } from 'zod';
import { httpUrl, secretText } from '../parse/shapes.ts';

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** Where lines go; a file is made if it is not there, and opened anew when the deployment is reloaded, so that it may be moved away. */
const destination = z.string().min(1);

/** What those who run the gateway see of it. What is not stated is off, and nothing listens. */
export const telemetryShape = z
  .strictObject({
    /** Metrics in Prometheus form at `/metrics`, on a listener of their own. */
    metrics: z
      .strictObject({
        host: z.string().default('127.0.0.1'),
        port: z.coerce.number().int().min(0).max(65535).default(9464),
        /** The token that is asked for; `none` where whoever reaches the address may read. */
        bearer: z.union([z.literal('none'), secretText]).optional(),
      })
      .refine(({ host, bearer }) => bearer !== undefined || loopback.test(host), { path: ['bearer'], message: 'missing; beyond loopback a token is asked for, or "none" has to be said' })
      .optional(),
    /** OpenTelemetry traces. */
    traces: z
      .strictObject({
        /** Where spans are sent as OTLP over HTTP in JSON: the whole address, such as `http://collector:4318/v1/traces`. */
        otlp: httpUrl,
        headers: z.record(z.string(), secretText).default({}),
        /** The part of all requests that is traced, from 0 to 1. */
        sample: z.number().min(0).max(1).default(0.1),
        service: z.string().min(1).default('customer360'),
      })
      .optional(),
    /** A line for each request: `stdout`, `stderr` or a file. */
    accessLog: destination.optional(),
    /** A line for each time that something was decided on customers: counts by policy and reason, and the fields that were denied. */
    decisionLog: destination.optional(),
  })
  .prefault({});

export type TelemetrySettings = Readonly<z.output<typeof telemetryShape>>;
