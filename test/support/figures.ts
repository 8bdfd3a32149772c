/** How a security test knows how thorough to be, and where it leaves the figures of its run. */
import {
  type Figures,
  type Form,
  type Topic,
  writeFigures,
} from '../../tools/checks/figures-file.ts';

/** `SECURITY_TESTS=full` asks for the whole campaign, which takes many minutes; without it, a short one. */
export const form: Form = process.env['SECURITY_TESTS'] === 'full' ? 'full' : 'bounded';

/** One of two sizes of a campaign, by the form of this run. */
export const size = <Size>({ bounded, full }: Record<Form, Size>): Size =>
  form === 'full' ? full : bounded;

/**
 * Keeps figures for docs/reliability.md. To be called once for each topic, when its tests are done:
 * figures are counted by the tests, never written down beforehand.
 */
export const recordFigures = (topic: Topic, figures: Figures): Promise<void> =>
  writeFigures(topic, figures);
