import { Page } from "@/ui/page";
import { ModelCards } from "./model-cards";

/** All models as cards; each leads to the page of the model. */
export function ModelsPage() {
  return (
    <Page title="Models" description="What the ComfyUI servers can generate with">
      <ModelCards />
    </Page>
  );
}
