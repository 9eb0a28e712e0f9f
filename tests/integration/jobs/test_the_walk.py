from genonaut.config import Settings
from tests.support.service import running_api, running_worker


async def test_a_prompt_becomes_an_image(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit()
        done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        assert image.status_code == 200
        assert image.content.startswith(b"\x89PNG")
