// The shell, the top bar, who holds the phone: signing in and out, and the locking of what waits.
export const SESSION = {
  和美积分: "Hemei points",
  走访: "Field visits",
  离线: "Offline",
  在线: "Online",
  "待传 %(count)s 条": "%(count)s to send",
  "离线 · 待传 %(count)s 条": "Offline · %(count)s to send",
  "正在传 · %(count)s 条": "Sending · %(count)s",
  "请重新登录 · 待传 %(count)s 条": "Sign in again · %(count)s to send",
  请重新登录: "Sign in again",
  手机存满了: "Phone is full",
  手机时间不对: "Clock is wrong",
  "系统没有回应 · 待传 %(count)s 条": "No answer · %(count)s to send",
  系统没有回应: "No answer",
  "没办成 %(count)s 条": "%(count)s refused",
  "现在连不上系统，请到有网络的地方再试。": "The server cannot be reached. Please try again where there is a network.",
  "系统出了差错，请过一会儿再试。": "Something failed. Please try again in a while.",
  "没有登录上，请再试一次。": "Signing in failed. Please try again.",
  "这个账号不是网格员，用不上这一页。": "This account is not a grid officer's: this page is of no use to it.",
  "还有 %(count)s 条没有办完，先传走，或者锁起来再退出。":
    "%(count)s entries are not finished: send them first, or lock them before you sign out.",
  "这个地址不是 https，手机锁不了没传的记录。请先传走再退出。":
    "This address is not https: the phone cannot lock what waits. Please send it before you sign out.",
  登录: "Sign in",
  用户名: "User name",
  密码: "Password",
  有锁着的记录: "Locked entries",
  打开: "Open",
  "您上次退出时有没传的记录，是用当时的密码锁的。请输入当时的密码。":
    "When you signed out last, unsent entries were locked with the password of that time. Please type it.",
  当时的密码: "The password of that time",
  退出登录: "Sign out",
  "这部手机也给别人用的话，用完请退出：名单和记录会从手机上清掉。":
    "If others use this phone too, sign out when you are done: the list and the entries are removed from the phone.",
  "还有 %(count)s 条没有办完，先不要退出。": "%(count)s entries are not finished. Do not sign out yet.",
  先传走: "Send first",
  导出成文字: "Export as text",
  锁在手机里再退出: "Lock them on the phone, then sign out",
  "用您的密码锁起来，别人打不开；您下次登录时接着传。密码忘了就打不开了，请输两遍。":
    "They are locked with your password: nobody else can open them, and they are sent after your next sign-in. A forgotten password cannot open them: type it twice.",
  锁起来并退出: "Lock and sign out",
  再输一遍密码: "The password again",
  "两遍密码不一样。": "The two passwords differ.",
  "已退出。": "You are signed out.",
  "已退出。现在没有网络，系统那边等有网时再退出；在那以前，这部手机请不要交给别人。":
    "You are signed out here. There is no network: the server will be told when there is one. Until then, please do not hand the phone on.",
  "第一次打开要有网络：登录一次，取到名单以后就不用网络了。":
    "The first time needs a network: sign in once, and when the list has been fetched no network is needed.",
  "登录一次，取到名单以后没有信号也能用。": "Sign in once; when the list has been fetched it works without a signal.",
  "上次锁着的 %(count)s 条已经打开，接着传。": "%(count)s locked entries are open again and will be sent.",
  "照片打不开，请重新拍一张。这一条没有记上。": "The photo cannot be read, please take it again. Nothing was recorded.",
  "这个密码打不开，请再想想。": "This password does not open them. Please think again.",
  "存储打不开 · 待传 %(count)s 条": "Storage lost · %(count)s to send",
  存储打不开: "Storage lost",
  "系统忙 · 待传 %(count)s 条": "Server busy · %(count)s to send",
  系统忙: "Server busy",
  要注意的: "Attention",
  手机里存的东西打不开: "What the phone holds cannot be read",
  "请关掉这一页，重新打开。一直这样，看看是不是用了无痕浏览，或者手机存满了。":
    "Close this page and open it again. If it stays so: is this private browsing, or is the phone full?",
  "有没传的记录，请不要清理缓存、不要清除浏览器数据。":
    "If something has not been sent, do not clear the cache or the browser's data.",
  重新打开: "Open again",
  "用普通页面（要有信号）": "Use the plain pages (needs a signal)",
  "登录一次，取到名单就能记。": "Sign in once; when the list has been fetched you can record.",
  "照片太大了，最多 16 MB。请把相机的照片尺寸调小些，再拍一张。这一条没有记上。":
    "The photo is too large, 16 MB at most. Set the camera to smaller photos and take it again. Nothing was recorded.",
  "这个地址不是 https：没有信号时这一页打不开，也不能用相机扫码。请在连得上的地方（村里的 WiFi）用，或者请管理员配好 https。":
    "This address is not https: without a signal the page does not open, and the camera cannot scan. Use it where the server can be reached (the village's WiFi), or ask the admin to set up https.",
};
