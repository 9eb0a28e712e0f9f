import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Sorts files by name: the first login file creates the account that the others use. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => one.moduleId.localeCompare(other.moduleId));
  }
}

/** Browser journeys against GENONAUT_TEST_WEB_URL. Files run one at a time because they share its queue. */
export default defineConfig({
  test: {
    fileParallelism: false,
    sequence: { sequencer: ByName },
    projects: [
      { extends: true, test: { name: "journeys", environment: "node", include: ["e2e/*.e2e.ts"] } },
      // Needs an installation with a login.
      { extends: true, test: { name: "login", environment: "node", include: ["e2e/login/*.e2e.ts"] } },
      // Needs jobs and images of earlier weeks, and alerts that are checked every second.
      {
        extends: true,
        test: { name: "monitoring", environment: "node", include: ["e2e/monitoring/*.e2e.ts"] },
      },
      // Needs a gallery of 100,000 images.
      { extends: true, test: { name: "large", environment: "node", include: ["e2e/large/*.e2e.ts"] } },
    ],
    // The timeouts only bound failures, on a busy machine too.
    expect: { poll: { timeout: 60_000 } },
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // One retry, for delays on a busy machine. pytest's summary names the journeys that needed it.
    retry: 1,
  },
});
