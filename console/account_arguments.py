"""What ``main.py account`` understands. Apart, so that no other verb loads the store for it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from services.domain.officer import PERSONS, Role

BY: Mapping[str, Role] = {  # whose work each is
    "add": Role.SYSADMIN,
    "password": Role.SYSADMIN,
    "disable": Role.SYSADMIN,
    "enable": Role.SYSADMIN,
    "bind-wall": Role.SYSADMIN,
    "bounds": Role.SECADMIN,
    "give": Role.SECADMIN,
    "take": Role.SECADMIN,
    "unlock": Role.SECADMIN,
    "audit": Role.AUDITADMIN,
}


def add_account_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "do", choices=(*BY, "list"), help="建、设口令、停用、启用、绑定大屏、设范围、授岗、撤岗、解锁、看审计、列出"
    )
    sub.add_argument("login", nargs="?", default="", help="账号")
    sub.add_argument("--site", type=Path, required=True, help="站点文件 site.toml")
    sub.add_argument("--as", dest="by", default="", help="以哪个管理员的账号办理（首次建管理员可不给）")
    sub.add_argument("--name", default="", help="姓名")
    sub.add_argument("--role", choices=[role.value for role in PERSONS], default="", help="岗位")
    sub.add_argument("--shift", default="", help="班次")
    sub.add_argument("--department", default="", help="部门")
    sub.add_argument("--area", default="", help="区划代码：街道 9 位、社区 12 位，其后为网格")
    sub.add_argument("--scenes", default="", help="场景，用逗号隔开；不给则不限")
    sub.add_argument("--reason", default="", help="停用原因")
