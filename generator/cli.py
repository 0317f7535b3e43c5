"""The command ``taizhang``: its commands and their options; what they do is in desk/.

Each command imports what it needs: a program that starts at once is used more often.
"""

from __future__ import annotations

import errno
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from generator import __version__
from generator.desk.telling import print_findings, stop
from generator.desk.today import today
from generator.findings import Place, disk_fault, finding
from generator.ledger.model import Edition

_site = click.option(
    "--site", "root", default=".", show_default=True,
    type=click.Path(file_okay=False, path_type=Path), help="网站所在的文件夹 (the site's folder)",
)  # fmt: skip
_lang = click.option(
    "--lang", default="zh", show_default=True, type=click.Choice(["zh", "en"]),
    help="提示的语言 (language of messages)",
)  # fmt: skip
_date = click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    default=today, help="日期；省略则为今天",
)  # fmt: skip


class _Desk(click.Group):
    """The one place where trouble with files becomes a message."""

    def invoke(self, ctx: click.Context) -> Any:
        # A command that fails takes its options with it.
        words = " ".join(ctx.args).replace("=", " ")
        try:
            return super().invoke(ctx)
        except OSError as fault:
            reading = fault.errno in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR) or (
                fault.errno == errno.EACCES and Path(str(fault.filename)).is_file()
            )
            code = "file-unreadable" if reading else "file-unwritable"
            place = Place(str(fault.filename or ""))
            lang = "en" if "--lang en" in words else "zh"
            stop([finding(code, place, fault=disk_fault(fault))], lang)


@click.group(cls=_Desk, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="taizhang")
def main() -> None:
    """台账：把督查室的落实情况表变成公开网站 (status tables become a public site)."""


@main.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件或文件夹…"
)
@click.option("--snapshot", metavar="期号", help="存入哪一期，如 2017H1、2014")
@click.option(
    "--kind", type=click.Choice(["report", "plan"]), help="落实情况表或任务安排；省略则自动识别"
)
@click.option(
    "--map", "settings", multiple=True, metavar="列名=字段",
    help="指明表头是哪个字段，可重复；“列名=忽略”不读这一列",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="只显示识别出的列和前三行，不写入任何文件")
@click.option(
    "--annotate", type=click.Path(dir_okay=False, path_type=Path), metavar="新文件.xlsx",
    help="把发现的问题标注在工作簿的单元格上，另存为新文件",
)  # fmt: skip
@click.option("--update", is_flag=True, help="以文件内容更新已有的一期（编者填写的列不变）")
@click.option(
    "--plan", "base", metavar="期号",
    help="汇总时与哪一期对照谁该报、报什么；省略则取同年的上一期或年度任务",
)  # fmt: skip
@click.option("--skip-faulty", is_flag=True, help="汇总时先不收有错的文件，其余照常汇入")
@_site
@_lang
def import_(
    files: tuple[Path, ...], snapshot: str | None, kind: str | None, settings: tuple[str, ...],
    explain: bool, annotate: Path | None, update: bool, base: str | None, skip_faulty: bool,
    root: Path, lang: str,
) -> None:  # fmt: skip
    """把收到的文件读入 content/期号/ (read documents into content/).

    能读 .docx、.xlsx、.xls、.pdf、.html、.csv、.txt；装有 LibreOffice 时也读 .doc、.rtf。
    给出几个文件或一个文件夹时，各单位报来的表汇总成一期，并列出催报名单。
    """
    from generator.desk import taking_in

    taking_in.take_in(
        files, snapshot, kind, settings, explain, annotate, update, base, skip_faulty, root, lang
    )


@main.command()
@click.argument("snapshot", metavar="期号")
@click.option("--from", "base", required=True, metavar="期号", help="按哪一期的任务生成，如 2017H1")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹",
    help="存到哪个文件夹；省略则存到 forms/期号/",
)  # fmt: skip
@click.option(
    "--unit", "units", multiple=True, metavar="单位", help="只要这个单位的表（名称或编号），可重复"
)
@_site
@_lang
def forms(
    snapshot: str, base: str, out: Path | None, units: tuple[str, ...], root: Path, lang: str
) -> None:
    """为每个责任单位生成下一期的填报表，Excel 和 Word 各一份 (forms for the units to fill in)."""
    from generator.desk import handing_out

    handing_out.hand_out(snapshot, base, out, units, root, lang)


@main.command()
@click.argument("snapshot", metavar="期号")
@_date
@_site
@_lang
def seal(snapshot: str, day: datetime, root: Path, lang: str) -> None:
    """封存已公布的一期：此后任何改动都会被发现 (freeze a published snapshot)."""
    from generator.desk import sealing

    sealing.seal(snapshot, day, root, lang)


@main.command()
@click.argument("snapshot", metavar="期号")
@click.option("--task", "no", type=click.IntRange(1, 999_999), metavar="序号", help="哪一项任务")
@click.option("--field", metavar="列名", help="哪一列，如 progress；整行增删写 no")
@click.option("--to", metavar="文字", help="改成什么；省略则取 tasks.csv 现在的文字")
@click.option("--file", metavar="文件", help="更正的不是 tasks.csv 时，哪个文件，如 snapshot.yml")
@click.option("--reason", required=True, metavar="理由", help="为什么更正，会公开")
@_date
@_site
@_lang
def correct(
    snapshot: str, no: int | None, field: str | None, to: str | None, file: str | None,
    reason: str, day: datetime, root: Path, lang: str,
) -> None:  # fmt: skip
    """更正已封存的一期，记下日期、原文、新文和理由 (correct a sealed snapshot)."""
    from generator.desk import sealing

    sealing.correct(snapshot, no, field, to, file, reason, day, root, lang)


@main.command("check")
@_site
@_lang
def check_(root: Path, lang: str) -> None:
    """检查 content/ 中的数据 (check the data)."""
    from generator.desk.content import checked

    checked(root, lang)


@main.command()
@click.option(
    "--edition", "editions", multiple=True, type=click.Choice([e.value for e in Edition]),
    help="公开版 public、内部版 internal；省略则两版都生成",
)  # fmt: skip
@_site
@_lang
def build(editions: tuple[str, ...], root: Path, lang: str) -> None:
    """检查数据并生成网站到 site/public 和 site/internal (check and build the site)."""
    from generator.desk import building

    building.build(editions, root, lang)


@main.command()
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹",
    help="发布到哪个文件夹；省略则为 site/published",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="只生成和检查，不发布")
@click.option(
    "--drop-archive", "dropped", multiple=True, metavar="期号",
    help="不再保留这一期首次公布时的页面（其中有依法须撤下的内容时用），可重复",
)  # fmt: skip
@click.option("--keep", type=click.IntRange(1), metavar="次数", help="只留最近几次发布；省略则全留")
@_date
@_site
@_lang
def publish(
    target: Path | None, dry_run: bool, dropped: tuple[str, ...], keep: int | None, day: datetime,
    root: Path, lang: str,
) -> None:  # fmt: skip
    """生成公开版，检查无误后一步切换 (build, check, then switch at once)."""
    from generator.desk import publishing

    publishing.publish(target, dry_run, dropped, keep, day, root, lang)


@main.command()
@click.option(
    "--to", "target", type=click.Path(file_okay=False, path_type=Path), metavar="文件夹",
    help="发布所在的文件夹；省略则为 site/published",
)  # fmt: skip
@_site
@_lang
def rollback(target: Path | None, root: Path, lang: str) -> None:
    """退回上一次发布 (go back to the release before)."""
    from generator.desk import publishing

    publishing.roll_back(target, root, lang)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹", default="site/public")
@click.option(
    "--signers", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="公钥文件",
    help="从别处取得的 allowed_signers；给出时，签名必须与它相符",
)  # fmt: skip
@_lang
def verify(folder: Path, signers: Path | None, lang: str) -> None:
    """核对一份网站副本或封存的一期与公布时是否一字不差 (check a copy, or a sealed snapshot)."""
    from generator.desk import publishing

    publishing.verify(folder, signers, lang)


@main.command()
@click.argument("before", metavar="前一期")
@click.argument("after", metavar="后一期")
@_site
@_lang
def compare(before: str, after: str, root: Path, lang: str) -> None:
    """对照两期：少了、多了、改了什么 (what moved between two snapshots)."""
    from generator.desk import comparing

    comparing.compare(before, after, root, lang)


@main.command()
@click.option("--port", default=8000, show_default=True, help="端口")
@_site
@_lang
def serve(port: int, root: Path, lang: str) -> None:
    """本机预览，content/ 一有改动就重新生成 (live preview)."""
    from generator.desk.content import checked
    from generator.publishing.preview import serve_site

    checked(root, lang)
    print_findings(serve_site(root, port), lang, stop=True)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹")
@click.option("--name", default="", metavar="市名", help="如 肇庆市，用作网站名称的开头")
@_lang
def new(folder: Path, name: str, lang: str) -> None:
    """新建一个城市的网站：设置、空的名录和下一步说明 (start another city's site)."""
    from generator.desk import starting

    starting.start(folder, name, lang)


@main.command("build-all")
@click.argument("sites", nargs=-1, required=True, metavar="网站或其上级文件夹…")
@click.option("--to", "target", required=True, metavar="文件夹或地址", help="各网站和总览放在哪里")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=1, show_default=True, metavar="个数",
    help="用几个进程同时生成",
)  # fmt: skip
@click.option("--cluster", metavar="tcp://主机:端口", help="改用 Dask 集群，写明调度器的地址")
@click.option(
    "--edition", default=Edition.PUBLIC.value, show_default=True,
    type=click.Choice([e.value for e in Edition]), help="公开版 public 或内部版 internal",
)  # fmt: skip
@click.option("--name", default="各地政府重点工作台账", show_default=True, help="总览的名称")
@_lang
def build_all(
    sites: tuple[str, ...], target: str, workers: int, cluster: str | None, edition: str,
    name: str, lang: str,
) -> None:  # fmt: skip
    """生成一个省乃至全国的网站，并附总览 (build many sites, and an overview).

    网站和目标可以是文件夹，也可以是 s3:// 等地址。没有改动的网站不再生成；
    有错的网站最后列出，不影响其他网站。
    """
    from generator.desk import many_sites

    many_sites.build_all(sites, target, workers, cluster, edition, name, lang)
