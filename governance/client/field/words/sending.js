// The store and the sending: what the phone could not write down, why sending stopped, what is told of an item.
export const SENDING = {
  "手机快存满了：先传走，或者删些照片、视频。已经记的都在。":
    "The phone is nearly full: send what waits, or delete some pictures or videos. What was recorded is safe.",
  "%(count)s 天": "%(count)s days",
  "%(count)s 小时": "%(count)s hours",
  "%(count)s 分钟": "%(count)s minutes",
  "手机的时间慢了%(far)s，记的时间已按系统时间改正。请在手机设置里校准时间。":
    "The phone's clock is %(far)s slow; recorded times follow the server's. Please set the clock.",
  "手机的时间快了%(far)s，记的时间已按系统时间改正。请在手机设置里校准时间。":
    "The phone's clock is %(far)s fast; recorded times follow the server's. Please set the clock.",
  "登录过期了，请重新登录。没传的都在，登录后接着传。":
    "Your sign-in has expired. Please sign in again: what waits is safe and will then be sent.",
  "系统没有回应，过一会儿自动再传。没传的都在手机里。":
    "The server does not answer. Sending will be tried again by itself; what waits is safe on the phone.",
  "现在登录的是别的网格员。您没传的都在，您登录后接着传。":
    "Another officer is signed in. What waits is safe and will be sent when you sign in.",
  "系统处理不了这一条，没有记上。可以交给村委会处理。":
    "The server cannot take this entry; it was not recorded. You can hand it to the committee.",
  "系统处理这一条时出了差错，过后再试。": "The server failed on this entry. It will be tried again later.",
  "手机里找不到这张照片了。": "This photo is no longer on the phone.",
  "这一页已经换新或退出了，请重新打开再记。": "This page was renewed or signed out. Open it again, then record.",
  "手机存满了，这一条没有记上。请先传走或删些照片、视频，再记一次。以前记的都在。":
    "The phone is full: this was not recorded. Send what waits or delete some pictures or videos, then record again. What was recorded before is safe.",
  "手机没有存下来，这一条没有记上，请再记一次。":
    "The phone could not keep this: it was not recorded. Please record it again.",
  "还有 %(count)s 条没有办完，先别清。": "%(count)s entries are not finished: they stay.",
  "没有传上去的：%(count)s 条；照片 %(photos)s 张不在这份文字里。":
    "Not sent: %(count)s; %(photos)s photos are not in this text.",
  "没办成的：%(count)s 条。": "Refused: %(count)s.",
  "手机里存的东西一时打不开。请关掉这一页，重新打开；没传完以前不要清除浏览器数据。":
    "What the phone holds cannot be read just now. Close this page and open it again; do not clear the browser's data before everything is sent.",
  "手机里存的东西一时打不开，过一会儿自动再试。请关掉这一页，重新打开。":
    "What the phone holds cannot be read just now; it is tried again by itself. Close this page and open it again.",
  "手机的存储断开了，这一条没有记上。请关掉这一页，重新打开再记。":
    "The phone's storage broke off: this was not recorded. Close this page, open it again, then record.",
  "系统正忙。没传的都在手机里，过一会儿自动再传。":
    "The server is busy. What waits is safe on the phone and is sent again by itself later.",
  "系统那边的磁盘满了，请告诉村委会。没传的都在手机里，过一会儿自动再传。":
    "The server's disk is full, please tell the committee. What waits is safe on the phone and is sent again by itself later.",
  "系统那边一时存不了，请告诉村委会。没传的都在手机里，过一会儿自动再传。":
    "The server cannot keep anything just now, please tell the committee. What waits is safe on the phone and is sent again by itself later.",
  "系统那边的数据出了毛病，请告诉村委会。没传的都在手机里，过一会儿自动再传。":
    "The server's data is damaged, please tell the committee. What waits is safe on the phone and is sent again by itself later.",
  "系统那边的数据库连不上。没传的都在手机里，过一会儿自动再传。":
    "The server cannot reach its database. What waits is safe on the phone and is sent again by itself later.",
  "照片太大了，系统不收。请把相机的照片尺寸调小些，重新拍一张。":
    "The photo is too large for the server. Set the camera to smaller photos and take it again.",
};
