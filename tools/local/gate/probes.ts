/**
 * Whether the emulator still lacks what the gate adds: one probe per difference, by module. A test
 * runs them against a bare emulator, so that a module goes when the emulator has learnt it.
 */
import { COGNITO_PROBES } from './cognito-probes.ts';
import { REST_PROBES } from './rest-probes.ts';

/** @param endpoint of an emulator without a gate @returns true while the emulator lacks it */
type Probe = (endpoint: string) => Promise<boolean>;

/** By name of the module, then by what AWS does. */
export type Probes = Readonly<Record<string, Readonly<Record<string, Probe>>>>;

/** All probes. */
export const PROBES: Probes = { ...REST_PROBES, ...COGNITO_PROBES };
