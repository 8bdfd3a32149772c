/** `PATCH /users/me` over HTTP: changes the sent fields only, and returns the updated account. */
import { ProblemError } from '../account/errors.ts';
import type { AuditActor, Log } from '../log.ts';
import type { UpdatePolicy } from '../self-service/account-update.ts';
import { patchMe } from '../self-service/current-user.ts';
import { authorise, WRITE_ACCESS } from './access.ts';
import {
  type ApiOptions,
  accountResponse,
  apiPipeline,
  auditActor,
  toCallContext,
} from './api-handler.ts';
import { decodeBody, patchMode } from './api-request.ts';
import { evaluatePreconditions, parseConditions } from './conditional.ts';
import { parseJsonBody } from './json-body.ts';
import { preconditionFailed } from './precondition-failed.ts';

/** Dependencies of PATCH. */
export interface PatchOptions extends ApiOptions {
  rules: UpdatePolicy;
}

/** The Lambda handler of PATCH. */
export function patchMeHandler(options: PatchOptions) {
  const { authenticate, openPorts, patchClientIds, rules } = options;
  return apiPipeline('patchMe', options, async (context, signal) => {
    const { request, metrics, log } = context;
    const caller = authorise(authenticate(request.claims), WRITE_ACCESS, patchClientIds);
    // 415 comes before 413 and 422.
    const mode = patchMode(request);
    const body = await parseJsonBody(decodeBody(request));
    const ports = metrics.instrument(openPorts(signal));
    const call = toCallContext(context, caller);
    try {
      const record = await patchMe(ports, rules, call, { body, mode }, (current) => {
        const conditions = parseConditions(request.headers);
        const now = ports.runtime.nowSeconds();
        const outcome = evaluatePreconditions(conditions, current, 'PATCH', now);
        if (outcome !== 'proceed') throw preconditionFailed(conditions, current);
      });
      return accountResponse(record, ports.runtime.nowSeconds());
    } catch (error) {
      if (error instanceof ProblemError) {
        logRefusal(log, error, caller.subject, auditActor(request, caller));
      }
      throw error;
    }
  });
}

/** Attempts that an audit asks for, though nothing was changed. */
function logRefusal(log: Log, { code, faults }: ProblemError, subject: string, actor: AuditActor) {
  if (code === 'privileged_field') {
    const fields = faults.map(({ pointer }) => pointer.slice(1));
    log({ event: 'PRIVILEGED_CHANGE_REFUSED', subject, fields, ...actor });
  }
  if (code === 'too_many_attempts') log({ event: 'NAME_PROBE_REFUSED', subject, ...actor });
}
