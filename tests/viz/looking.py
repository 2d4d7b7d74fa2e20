"""What is wrong with how a page looks: too small for fingers, too faint to read."""

# Every script returns what it finds, with the text of the element.
SMALL = (
    "return [...document.querySelectorAll('button, summary, input, select')]"
    ".map(each => [each.closest('label') ?? each, each]).map(([e, i]) =>"
    " [e.getBoundingClientRect(), i.id || i.textContent])"
    ".filter(([box]) => box.height && (box.height < 44 || box.width < 44))"
)
FAINT = (
    "const light = c => c.match(/[\\d.]+/g).slice(0, 3).map(x => x / 255).map(x =>"
    " x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4)"
    ".reduce((s, x, k) => s + x * [.2126, .7152, .0722][k], 0);"
    "const ground = e => { for (; e; e = e.parentElement) {"
    " const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)/.test(c)) return c; } };"
    "return [...document.querySelectorAll('body *')].filter(e => !e.disabled &&"
    " !e.closest('svg, script') && e.offsetParent &&"
    " [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))"
    ".map(e => [light(getComputedStyle(e).color), light(ground(e)), e.outerHTML])"
    ".map(([a, b, t]) => [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), t])"
    ".filter(([ratio]) => ratio < 4.5)"
)
UNNAMED = (
    "return [...document.querySelectorAll('button, input, select, [role=img], [role=group]')]"
    ".filter(e => !e.textContent.trim() && !e.ariaLabel && !e.labels?.length &&"
    " !e.querySelector?.('title')).map(e => e.outerHTML)"
)
