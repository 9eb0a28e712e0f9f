import { useSearchParams } from "react-router";
import { Page } from "@/ui/page";
import { TabLinks } from "@/ui/tab-links";
import { ModelCards } from "./model-cards";

const TABS = [
  { path: "/models", label: "Checkpoints" },
  { path: "/models?kind=lora", label: "LoRAs" },
];

/** All models as cards; each leads to the page of the model. */
export function ModelsPage() {
  const [query] = useSearchParams();
  const kind = query.get("kind") === "lora" ? "lora" : "checkpoint";
  return (
    <Page title="Models" description="What the ComfyUI servers can generate with">
      <TabLinks
        label="Kinds of models"
        current={kind === "lora" ? "/models?kind=lora" : "/models"}
        links={TABS}
      />
      <ModelCards key={kind} kind={kind} />
    </Page>
  );
}
