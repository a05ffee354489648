"""Tooltip: explains a term or names an icon button. Never holds what is needed to act."""

import reflex as rx

from .text import Text


class _Part(rx.Component):
    library = "@radix-ui/react-tooltip@1.4.1"


class TooltipProvider(_Part):
    tag = "Provider"
    alias = "TooltipProvider"
    delay_duration: rx.Var[int]


class TooltipRoot(_Part):
    tag = "Root"
    alias = "TooltipRoot"


class TooltipTrigger(_Part):
    tag = "Trigger"
    alias = "TooltipTrigger"
    as_child: rx.Var[bool]
    _memoization_mode = rx.constants.compiler.MemoizationMode(recursive=False)


class TooltipContent(_Part):
    tag = "Content"
    alias = "TooltipContent"
    side_offset: rx.Var[int]
    collision_padding: rx.Var[int]


def tooltip(target: rx.Component, text: Text) -> rx.Component:
    """`target` (a button or a link) with `text` on hover and focus; Esc closes it."""
    return TooltipProvider.create(
        TooltipRoot.create(
            TooltipTrigger.create(target, as_child=True),
            TooltipContent.create(text, side_offset=6, collision_padding=8, class_name="tip"),
        ),
        delay_duration=400,
    )
