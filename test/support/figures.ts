/** Extent of the security tests, and recording of their figures. */
import {
  type Figures,
  type Form,
  type Topic,
  writeFigures,
} from '../../tools/checks/figures-file.ts';

/** `SECURITY_TESTS=full` runs the whole campaign, which takes many minutes; the default is a short one. */
export const form: Form = process.env['SECURITY_TESTS'] === 'full' ? 'full' : 'bounded';

/** The size of a campaign for this run. */
export const size = <Size>({ bounded, full }: Record<Form, Size>): Size =>
  form === 'full' ? full : bounded;

/**
 * Records figures for docs/reliability.md. Call once per topic, after its tests: figures are counted
 * by the tests, never fixed in advance.
 */
export const recordFigures = (topic: Topic, figures: Figures): Promise<void> =>
  writeFigures(topic, figures);
