// Looks every two seconds how far a job is, and puts in what changed. Without it the page loads itself anew.
const PAUSE = 2000;
const OPEN = ["waiting", "running"];
const here = document.querySelector("[data-job]");

const showFresh = (page) => {
  const fresh = page.querySelector("[data-job]");
  if (!fresh) {
    location.reload(); // signed out meanwhile: the sign-in says so
    return;
  }
  if (fresh.innerHTML !== here.innerHTML) {
    here.querySelector("[role=status]").replaceChildren(...fresh.querySelector("[role=status]").childNodes);
  }
  here.dataset.job = fresh.dataset.job;
};

const look = async () => {
  try {
    if (!document.hidden) {
      const answer = await fetch(location.href);
      showFresh(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    // no network for a moment: the next look may find it
  }
  wait();
};

const wait = () => {
  if (OPEN.includes(here.dataset.job)) {
    setTimeout(look, PAUSE);
  }
};
wait();
