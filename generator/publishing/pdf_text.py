"""The text inside of a printed PDF: radicals that a font draws alike become the characters again.

A font may draw a Chinese character and a Kangxi radical with the same glyph (行
U+884C, ⾏ U+2F8F); the browser then writes the radical into the PDF's text, and
searching or copying finds no 行. No page of ours holds radicals, so that each can
be put back: by Unicode's property Equivalent_Unified_Ideograph (version 14).
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import cast

from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓"
    "⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳⼀⼁⼂⼃⼄⼅⼆⼇⼈⼉⼊⼋⼌⼍⼎⼏⼐⼑⼒⼓⼔⼕⼖⼗⼘⼙⼚⼛⼜⼝⼞⼟⼠⼡⼢⼣⼤⼥⼦⼧⼨⼩⼪⼫⼬⼭⼮⼯⼰⼱"
    "⼲⼳⼴⼵⼶⼷⼸⼹⼺⼻⼼⼽⼾⼿⽀⽁⽂⽃⽄⽅⽆⽇⽈⽉⽊⽋⽌⽍⽎⽏⽐⽑⽒⽓⽔⽕⽖⽗⽘⽙⽚⽛⽜⽝⽞⽟⽠⽡⽢⽣⽤⽥⽦⽧⽨⽩⽪⽫⽬⽭⽮⽯⽰⽱⽲⽳⽴⽵⽶⽷⽸⽹⽺⽻⽼⽽⽾⽿⾀⾁⾂⾃"
    "⾄⾅⾆⾇⾈⾉⾊⾋⾌⾍⾎⾏⾐⾑⾒⾓⾔⾕⾖⾗⾘⾙⾚⾛⾜⾝⾞⾟⾠⾡⾢⾣⾤⾥⾦⾧⾨⾩⾪⾫⾬⾭⾮⾯⾰⾱⾲⾳⾴⾵⾶⾷⾸⾹⾺⾻⾼⾽⾾⾿⿀⿁⿂⿃⿄⿅⿆⿇⿈⿉⿊⿋⿌⿍⿎⿏⿐⿑⿒⿓⿔⿕"
)
_CHARACTERS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长"
    "门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾"
    "干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自"
    "至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠"
)
_CHARACTER = dict(zip(_RADICALS, _CHARACTERS, strict=True))
# Unicode names the traditional form; a font for simplified Chinese draws this one.
_SIMPLIFIED = {"戶": "户", "靑": "青", "黃": "黄", "衆": "众"}
# An entry of a ToUnicode map: a glyph, or a run of them, and the first character.
_GLYPH = re.compile(r"^<([0-9A-F]+)> <([0-9A-F]{4})>$", re.MULTILINE)
_RUN = re.compile(r"^<([0-9A-F]+)> <([0-9A-F]+)> <([0-9A-F]{4})>$", re.MULTILINE)
_TAG_ID = re.compile(rb"\(node(\d{8})\)")
_TAG_ENTRY = re.compile(rb"\(node\d{8}\) \d+ 0 R")
_TAG_TREE = re.compile(
    rb"/Limits \[ \(node\d{8}\) \(node\d{8}\) \]\n/Names \[ ((?:\(node\d{8}\) \d+ 0 R )+)\]"
)
_DAY = TextStringObject("D:20000101000000+00'00'")


def with_plain_text(pdf: bytes, page: str) -> bytes:
    """The PDF with its characters put right and fixed dates; the same page gives the same bytes.

    Args:
        pdf: as printed.
        page: the text of the page that was printed, to tell 户 from 戶.
    """
    characters = {ord(r): ord(_on_page(c, page)) for r, c in _CHARACTER.items()}
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for item in writer._objects:  # pypdf has no public way to all objects
        if isinstance(item, DictionaryObject) and "/ToUnicode" in item:
            table = cast(StreamObject, item["/ToUnicode"]).get_data().decode("latin-1")
            stream = DecodedStreamObject()
            stream.set_data(_mended(table, characters).encode())
            item[NameObject("/ToUnicode")] = writer._add_object(stream.flate_encode())
    writer.add_metadata({"/CreationDate": _DAY, "/ModDate": _DAY})
    mended = io.BytesIO()
    writer.write(mended)
    return _renumbered(mended.getvalue())


def _renumbered(pdf: bytes) -> bytes:
    """The PDF with its tags' ids counted from 1: the browser's counter starts anywhere.

    Everything keeps its length, so that the file's table of places stays right.
    """
    number = {old: b"%08d" % new for new, old in enumerate(dict.fromkeys(_TAG_ID.findall(pdf)), 1)}
    pdf = _TAG_ID.sub(lambda m: b"(node" + number[m[1]] + b")", pdf)
    return _TAG_TREE.sub(_sorted_tree, pdf)


def _sorted_tree(match: re.Match[bytes]) -> bytes:
    """A part of the tree of ids, which must be in order (ISO 32000-1, 7.9.6)."""
    entries = sorted(_TAG_ENTRY.findall(match[1]))
    limits = [entry.split(b" ", 1)[0] for entry in (entries[0], entries[-1])]
    return b"/Limits [ %s ]\n/Names [ %s ]" % (b" ".join(limits), b" ".join(entries))


def _on_page(character: str, page: str) -> str:
    simplified = _SIMPLIFIED.get(character, character)
    return simplified if character not in page and simplified in page else character


def _mended(table: str, characters: Mapping[int, int]) -> str:
    """A ToUnicode map in which glyphs stand for characters, not radicals."""

    def code(point: int) -> str:
        text = chr(characters.get(point, point)).encode("utf-16-be", "surrogatepass")
        return f"<{text.hex().upper()}>"

    def run(match: re.Match[str]) -> str:
        first, last, start = (int(part, 16) for part in match.groups())
        points = range(start, start + last - first + 1)
        if characters.keys().isdisjoint(points):
            return match[0]
        # A run may name its characters one by one (ISO 32000-1, 9.10.3).
        return f"<{match[1]}> <{match[2]}> [{' '.join(map(code, points))}]"

    table = _RUN.sub(run, table)
    return _GLYPH.sub(lambda m: f"<{m[1]}> {code(int(m[2], 16))}", table)
