// Follow a job by server-sent events; the page is loaded again when it has ended.

const section = document.getElementById("job");
const state = document.getElementById("job-state");
const stage = document.getElementById("job-stage");
const bar = document.getElementById("job-bar");
const source = new EventSource(section.dataset.events);

source.addEventListener("message", ({ data }) => {
  const view = JSON.parse(data);
  if (view.ended) {
    source.close();
    location.reload();
    return;
  }
  if (state.textContent !== view.state) state.textContent = view.state;
  stage.textContent = view.job.stage;
  if (view.job.total) {
    bar.max = view.job.total;
    bar.value = view.job.done;
  } else {
    bar.removeAttribute("value");
  }
});

// The browser asks again by itself; one that may not ask any more (the session has ended) is sent to the login.
source.addEventListener("error", () => {
  if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
});
