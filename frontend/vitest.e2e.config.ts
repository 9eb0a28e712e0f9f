import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By name: who logs in needs the first account, which the first file makes. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => one.moduleId.localeCompare(other.moduleId));
  }
}

/** Journeys in a real browser against GENONAUT_TEST_WEB_URL; one at a time, for they share its queue. */
export default defineConfig({
  test: {
    fileParallelism: false,
    sequence: { sequencer: InOrder },
    projects: [
      { extends: true, test: { name: "journeys", environment: "node", include: ["e2e/*.e2e.ts"] } },
      // Wants an installation where people log in.
      { extends: true, test: { name: "login", environment: "node", include: ["e2e/login/*.e2e.ts"] } },
      // Wants a gallery of a hundred thousand images.
      { extends: true, test: { name: "large", environment: "node", include: ["e2e/large/*.e2e.ts"] } },
    ],
    // They bound a failure only: a machine may be busy with much else.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // A busy machine may be late once; what fails twice is broken.
    retry: 1,
  },
});
