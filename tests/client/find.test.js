import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { homeOfCard, makeIndex, plain, readCode, readScan, search } from "../../governance/client/field/find.js";

const home = (code, head, door = "") => ({
  id: code,
  code,
  head,
  door,
  group: `${code.split("组")[0]}组`,
  status: "resident",
});
const HOMES = [
  home("3组17号", "王秀兰", "mh7kd" + "2345abcdefgh"),
  home("1组3号", "李建国"),
  home("1组17号", "王建军"),
  home("31组7号", "赵一"),
  home("3组170号", "欧阳娜娜"),
  home("2组1号", "吕秀英"),
];
const INITIALS = {
  "3组17号": { initials: "wxl" },
  "1组17号": { initials: "wjj" },
  "2组1号": { initials: "lxy" },
  "1组3号": { initials: "ljg" },
  "3组170号": { initials: "oynn" },
};
const index = makeIndex(HOMES, INITIALS);
const found = (text) => search(index, text).map((one) => one.code);

test("a code is understood however it is typed", () => {
  for (const text of [
    "3-17",
    "3组17",
    "3组17号",
    "3 17",
    " ３－１７ ",
    "3.17",
    "3，17",
    "3、17",
    "三组十七号",
    "3/17",
  ]) {
    assert.deepEqual(readCode(text), { group: 3, number: 17 }, text);
  }
  assert.deepEqual(readCode("十二组二十一号"), { group: 12, number: 21 });
  assert.deepEqual(readCode("3组"), { group: 3 });
  assert.deepEqual(readCode("3-"), { group: 3 });
  for (const text of ["", "王", "3", "17号", "3-x", "1-2-3"]) assert.equal(readCode(text), null, text);
});

test("a numeral in a name stays a name", () => {
  assert.equal(plain("赵一"), "赵一");
  assert.deepEqual(found("赵一"), ["31组7号"]);
});

test("nothing typed shows all in door order", () => {
  assert.deepEqual(found(""), ["1组3号", "1组17号", "2组1号", "3组17号", "3组170号", "31组7号"]);
  assert.deepEqual(found("   "), found(""));
});

test("the exact door comes first, then those that begin so", () => {
  assert.deepEqual(found("3-17"), ["3组17号", "3组170号"]);
  assert.deepEqual(found("3组1"), ["3组17号", "3组170号"]);
  assert.deepEqual(found("3组"), ["3组17号", "3组170号"]);
});

test("a bare number is a door of any group, or group and door written together", () => {
  assert.deepEqual(found("17"), ["1组17号", "3组17号", "3组170号"]);
  assert.deepEqual(found("317"), ["3组17号", "31组7号", "3组170号"]);
  assert.deepEqual(found("17号"), found("17"));
});

test("a name is found by any part of it, its beginning first", () => {
  assert.deepEqual(found("王"), ["1组17号", "3组17号"]);
  assert.deepEqual(found("秀"), ["2组1号", "3组17号"]);
  assert.deepEqual(found("王秀兰"), ["3组17号"]);
  assert.deepEqual(found("没有"), []);
});

test("pinyin initials find a name, in capitals too", () => {
  assert.deepEqual(found("wxl"), ["3组17号"]);
  assert.deepEqual(found("W"), ["1组17号", "3组17号"]);
  assert.deepEqual(found("xy"), ["2组1号"]);
  assert.deepEqual(found("qq"), []);
});

test("a list without initials can still be searched", () => {
  assert.deepEqual(search(makeIndex(HOMES), "wxl"), []);
  assert.equal(search(makeIndex(HOMES), "王秀兰").length, 1);
});

test("500 households are searched in a few milliseconds", () => {
  const many = makeIndex(Array.from({ length: 500 }, (_, n) => home(`${1 + (n % 9)}组${n}号`, `王${n}`)));
  const start = performance.now();
  for (let n = 0; n < 20; n += 1) search(many, "王4");
  assert.ok((performance.now() - start) / 20 < 15);
});

test("a door code of the list opens its household, whatever address stands before it", () => {
  const token = HOMES[0].door;
  for (const text of [
    `https://jf.example.cn/h/${token}`,
    `/h/${token}`,
    token,
    `http://10.0.0.2:8000/hemei/h/${token}/`,
    `HTTPS://X.CN/H/${token.toUpperCase()}`,
    `https://x.cn/h/${token}?from=wx`,
  ]) {
    assert.equal(readScan(text, HOMES, "mh7kd").household?.code, "3组17号", text);
  }
});

test("what is no household of the list is named for what it is", () => {
  const kind = (text) => readScan(text, HOMES, "mh7kd").kind;
  assert.equal(kind("https://jf.example.cn/h/mh7kdzzzzzzzzzzzz"), "unknown");
  assert.equal(kind("https://jf.example.cn/h/abcdezzzzzzzzzzzz"), "other_village");
  assert.equal(kind("https://jf.example.cn/c/mh7kdzzzzzzzzzzzz"), "card");
  for (const text of [
    "",
    null,
    "https://weixin.qq.com/x",
    "6901234567892",
    "https://x.cn/h/short",
    "https://x.cn/h/mh7kd0000000000l0",
    "/h/../../evil",
  ]) {
    assert.equal(kind(text), "not_ours", text);
  }
});

test("a card that is shown is recognised by its mark, and by nothing else", async () => {
  const { token } = readScan("https://jf.example.cn/c/MH7KDzzzzzzzzzzzz", HOMES, "mh7kd");
  const mark = createHash("sha256").update(token).digest("hex").slice(0, 24);
  const homes = { other: { card: "" }, shown: { card: mark } };
  assert.equal(await homeOfCard(token, homes), "shown");
  assert.equal(await homeOfCard("mh7kdyyyyyyyyyyyy", homes), null);
  assert.equal(await homeOfCard(token, homes, null), null, "no digests on a plain http address");
});
