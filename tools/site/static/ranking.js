"use strict";
// Questions are answered by the pages and sections that have most of their words, rare words
// counting more. The search that comes with Sphinx wants every word of the question on the page.
document.addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return; // on every page but that of the search
  const TITLE = 4, SECTION = 9, NAME = 30, PAGES = 40;

  const listed = (found) => (found === undefined ? [] : Array.isArray(found) ? found : [found]);

  const stems = (text) => {
    const stemmer = new Stemmer();
    const words = splitQuery(text).map((word) => word.toLowerCase());
    return new Set(words.filter((w) => !stopwords.has(w)).map((w) => stemmer.stemWord(w)));
  };

  Search._performSearch = (query) => {
    const index = Search._index;
    const count = index.docnames.length;
    const asked = [...stems(query)];
    if (!asked.length) return [];
    const korean = /[가-힣]/.test(query);
    const weight = new Map();
    const scores = new Map();
    const add = (doc, score) => scores.set(doc, (scores.get(doc) || 0) + score);
    for (const word of asked) {
      const inText = listed(index.terms[word]), inTitle = listed(index.titleterms[word]);
      const found = new Set([...inText, ...inTitle]);
      const rarity = Math.log(1 + count / (1 + found.size));
      weight.set(word, rarity);
      for (const doc of inText) add(doc, rarity);
      for (const doc of inTitle) add(doc, TITLE * rarity);
    }
    const all = [...weight.values()].reduce((sum, each) => sum + each, 0);

    // Names of functions and classes, whole or their last part.
    const names = new Set((query.toLowerCase().match(/[\w.]+/g) || []).filter((w) => w.length > 1));
    for (const [prefix, objects] of Object.entries(index.objects))
      for (const [doc, , , , name] of objects) {
        const full = `${prefix}.${name}`.toLowerCase();
        if (names.has(full)) add(doc, NAME);
        else if (names.has(name.toLowerCase()) && !stopwords.has(name.toLowerCase()))
          add(doc, NAME / asked.length);
      }

    const results = [];
    const other = (doc) => index.docnames[doc].endsWith(".ko") !== korean;
    const result = (doc, title, anchor, score) =>
      results.push([index.docnames[doc], title, anchor, null, other(doc) ? score * 0.5 : score,
                    index.filenames[doc], "text"]);
    for (const [doc, score] of scores) result(doc, index.titles[doc], "", score);

    // Sections whose titles have the words of the question, and few others.
    for (const [title, places] of Object.entries(index.alltitles)) {
      const words = stems(title);
      const common = asked.filter((word) => words.has(word));
      const got = common.reduce((sum, word) => sum + weight.get(word), 0);
      if (!got) continue;
      const share = (got / all) * (common.length / Math.max(words.size, 1)) ** 0.5;
      for (const [doc, anchor] of places) {
        if (index.titles[doc] === title) continue;
        result(doc, `${index.titles[doc]} › ${title}`, anchor ? `#${anchor}` : "",
               SECTION * got * share + 0.3 * (scores.get(doc) || 0));
      }
    }
    results.sort((a, b) => a[4] - b[4]);
    return results.slice(-PAGES);
  };
});
