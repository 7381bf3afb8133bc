// A checklist: the score of what was ticked, and what follows from it.

// Whether a scene may be looked at: indoor scenes only with the household's consent.
export const open = (scene, consent) => !scene.consent || consent;

// The ticks that count: of scenes that may be looked at, each once, in the checklist's order.
export function counted(checklist, findings, consent) {
  const ticked = new Set(findings);
  return checklist.scenes
    .filter((scene) => open(scene, consent))
    .flatMap((scene) => scene.findings.filter((one) => ticked.has(one.code)).map((one) => one.code));
}

// Points left of a scene: never below zero, whatever was ticked.
export function left(scene, findings) {
  const ticked = new Set(findings);
  const lost = scene.findings.reduce((sum, one) => sum + (ticked.has(one.code) ? one.deduct : 0), 0);
  return Math.max(0, scene.max - lost);
}

// The checklist's full score minus what was found; a scene that was not looked at loses nothing.
export function score(checklist, findings, consent) {
  return (
    checklist.full -
    checklist.scenes
      .filter((scene) => open(scene, consent))
      .reduce((sum, scene) => sum + scene.max - left(scene, findings), 0)
  );
}

// What the village's settings make of a result: {award: rule code} and {remind: rule code}, or neither.
// `stands(code)` tells whether a rule is in force; a reminder needs something to remind of.
export function outcome(settings, points, findings = [], stands = () => true) {
  const best = (settings?.outcomes || [])
    .filter((one) => points >= one.from && stands(one.rule))
    .sort((a, b) => b.from - a.from)[0];
  const { remind } = settings || {};
  const below =
    remind && findings.length > 0 && (remind.below === null || points < remind.below) && stands(remind.rule);
  return { ...(best && { award: best.rule }), ...(below && { remind: remind.rule }) };
}

// Last time's findings that still stand on this checklist.
export function lastTime(checklist, home, settings) {
  const last = home?.inspected?.[settings?.code];
  const known = new Set(checklist.scenes.flatMap((scene) => scene.findings.map((one) => one.code)));
  return last ? { ...last, findings: last.findings.filter((code) => known.has(code)) } : null;
}

// The checklists for households, or for public places.
export const checklistsFor = (pack, extras, target) =>
  pack.sheets.filter((checklist) => ["both", target].includes(extras?.sheets?.[checklist.id]?.target || "household"));
