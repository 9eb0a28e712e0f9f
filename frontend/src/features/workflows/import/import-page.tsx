import Button from "@mui/material/Button";
import { useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useMe } from "@/features/session";
import { Page } from "@/ui/page";
import { AnalysedWorkflow } from "./analysed-workflow";
import { NotAllowed } from "./not-allowed";
import { SourcePanel } from "./source-panel";
import { useAnalysis } from "./use-analysis";

/** Imports a workflow: choose a file, see what it needs, arrange its form, save it. */
export function WorkflowImportPage() {
  const isAuthor = useMe().may_add_workflows;
  return (
    <Page
      title="Import workflow"
      description="A workflow of ComfyUI becomes a form. Nothing is stored until you save it."
      maxWidth={1280}
      actions={
        <Button color="inherit" component={Link} to="/workflows">
          Back to workflows
        </Button>
      }
    >
      {isAuthor ? <Import /> : <NotAllowed />}
    </Page>
  );
}

function Import() {
  const [address] = useSearchParams();
  const analysis = useAnalysis();
  const [isChoosing, setIsChoosing] = useState(false);
  const result = useRef<HTMLDivElement>(null);
  const contentId = Number(address.get("content") ?? Number.NaN);
  const { analyze, found } = analysis;
  useEffect(() => {
    if (Number.isInteger(contentId)) analyze({ contentId }, "");
  }, [contentId, analyze]);
  useEffect(() => {
    if (found === null) return;
    setIsChoosing(false);
    result.current?.focus();
  }, [found]);
  if (found === null || isChoosing)
    return (
      <SourcePanel
        analysis={analysis}
        {...(found === null ? {} : { onCancel: () => setIsChoosing(false) })}
      />
    );
  return (
    // Screen readers go on with the result, not with the page that had the button.
    <div ref={result} tabIndex={-1} style={{ outline: "none" }}>
      <AnalysedWorkflow key={found.id} found={found} onChooseOther={() => setIsChoosing(true)} />
    </div>
  );
}
